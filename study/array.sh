#!/usr/bin/env bash
#SBATCH --job-name=winnow
#SBATCH --cpus-per-task=2
#SBATCH --mem=8G
#SBATCH --time=04:00:00
# A study without Snakemake: row N of the table, counted from 1. From the folder of Winnow, after `npm ci && npm run build`:
#   rows=$(sbatch --parsable --array=1-12 study/array.sh study/runs.tsv study/out)
#   sbatch --dependency="afterany:$rows" --wrap 'npm run compare -- study/out/*/ --out study/out.report --force --reveal names,notices'
# A row that is done is passed over, so that the same command resumes a study. By hand: SLURM_ARRAY_TASK_ID=3 study/array.sh …
set -uo pipefail
table=$1 out=$2
IFS=$'\t' read -r run model data task options < <(tail -n +2 "$table" | sed -n "${SLURM_ARRAY_TASK_ID}p")
[[ ${run:-} =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]] || { echo "Row $SLURM_ARRAY_TASK_ID of $table has no name of letters and digits." >&2; exit 2; }
read -ra more <<< "${options:-}"
exec bash study/row.sh "$out/$run" "$model" "$data" "$task" ${more[@]+"${more[@]}"}
