/**
 * The page's state put together, and the steps that cross its concerns: files come in, a run starts, ends, is cancelled,
 * results open. Each concern is a class of its own; screens reach them all through this one, by context.
 */
import { createContext } from 'svelte';
import type { PlainError } from '../../base/errors.ts';
import { importPart } from '../../base/load-part.ts';
import { unclaimedFiles } from '../../base/recognition.ts';
import type { ResultSource } from '../../report/analysis.ts';
import {
  defaultOptions,
  type DroppedFile,
  type LaterAnswer,
  type RunOptions,
  type RunRequest,
} from '../../session/contract.ts';
import { recogniseResults } from '../../session/inputs/results.ts';
import { firstResultView } from './address.ts';
import { DemoPanelState } from './demo-panel.svelte.ts';
import { Errors } from './errors.svelte.ts';
import { RunEstimate } from './estimate.svelte.ts';
import { activationWords, FileSaving } from './file-saving.svelte.ts';
import { hasVectors, InputFiles, type SavableInputs } from './input-files.svelte.ts';
import { Job, keptSentence } from './job.svelte.ts';
import { KeptData } from './kept-data.svelte.ts';
import { LayerPairs } from './layer-pairs.svelte.ts';
import { LiveRun } from './live-run.svelte.ts';
import { Navigation } from './navigation.svelte.ts';
import { OpenNeuron } from './open-neuron.svelte.ts';
import { OpenResults } from './open-results.svelte.ts';
import { dataMarkOf, Options } from './options.svelte.ts';
import { changedOptions, fittedOptions, formOf, problemsOf, scopeOf } from './option-form.ts';
import { PastRuns } from './past-runs.svelte.ts';
import { Presenting } from './presenting.svelte.ts';
import { Remeasuring } from './remeasuring.svelte.ts';
import { PublishedView } from './published-view.svelte.ts';
import { SitePublishing } from './publishing.svelte.ts';
import { RunTimes } from './run-times.svelte.ts';
import { noSession, once, type SessionSource } from './session.ts';
import { SmallerModels } from './smaller-models.svelte.ts';
import { Tour } from './tour.svelte.ts';
import { Trying } from './trying.svelte.ts';
import { Undo } from './undo.svelte.ts';

export class App {
  readonly errors = new Errors();
  readonly navigation = new Navigation();
  readonly presenting = new Presenting(this.navigation);
  readonly options = new Options();
  readonly pastRuns = new PastRuns();
  readonly demo = new DemoPanelState();
  readonly results = new OpenResults(this.pastRuns);
  readonly inputs: InputFiles;
  readonly estimate: RunEstimate;
  readonly job: Job;
  readonly kept: KeptData;
  readonly live: LiveRun;
  readonly neuron: OpenNeuron;
  readonly layers: LayerPairs;
  readonly saving: FileSaving;
  readonly smaller: SmallerModels;
  readonly times: RunTimes;
  readonly remeasuring: Remeasuring;
  readonly trying: Trying;
  readonly publishing: SitePublishing;
  readonly published: PublishedView;
  readonly undo = new Undo();
  readonly tour = new Tour();
  /** What the live region says: changes of stage and screen that a person who does not see the page needs. */
  announcement = $state.raw('');
  /** Something the present screen should say once, e.g. what a cancelled run has kept. */
  note = $state.raw<string | null>(null);
  /** The run that ended last in this tab, and what it was made of. */
  lastRun = $state.raw<{ id: string; inputs: SavableInputs } | null>(null);
  /** A key wants the run cancelled; the page asks. */
  asksToCancel = $state(false);
  /** Which of several runs is shown, behind the per cent: ", run 2 of 6 (toxic)"; '': there is one. */
  series = $state.raw('');
  /** What failed, again. */
  #again: (() => Promise<void>) | null = null;
  /** What quick looks of this tab were made of, by their results' ids. */
  readonly #quickLooks = new Map<string, SavableInputs>();
  /** Result files that could not be opened. */
  refused = $state.raw<PlainError[]>([]);

  /** What the dropped files and this machine are, as far as options depend on it. */
  readonly scope = $derived.by(() => scopeOf(this.inputs.known, navigator.hardwareConcurrency || 1));
  /** The options of the form, group by group. */
  readonly form = $derived.by(() => formOf(this.scope));
  readonly #formOptions = $derived.by(() => this.form.flatMap(({ options }) => options));
  /** Those that are not as usual. */
  readonly changed = $derived.by(() => changedOptions(this.options.value, this.#formOptions));
  /** Those of them that were made for other data, and that nobody has spoken of since. */
  readonly carried = $derived.by(() => {
    const { carried, value } = this.options;
    return carried === null ? [] : this.changed.filter(({ name }) => value[name] === carried.options[name]);
  });
  readonly problems = $derived.by(() => problemsOf(this.used, this.scope));
  /** Nothing typed into the form stands in the way. */
  readonly optionsFit = $derived.by(() => this.problems.size === 0 && this.options.misread.size === 0);
  /** A worker or the disk is at work beside runs. */
  readonly busy = $derived.by(() =>
    [this.saving, this.smaller.saving, this.times.task, this.remeasuring.task, this.publishing].some(
      ({ busy }) => busy,
    ),
  );
  readonly canRun = $derived.by(
    () => this.inputs.ready && this.optionsFit && this.job.phase.name !== 'running' && !this.busy,
  );

  /** @param open null: the page only shows results, and has no engine. */
  constructor(open: SessionSource | null) {
    const session = once(open ?? noSession);
    this.published = new PublishedView(open === null);
    this.inputs = new InputFiles(session, (known) => {
      this.options.meet(known?.data ? dataMarkOf(known.data) : null);
      this.options.follow(known?.experiment ?? null);
    });
    this.estimate = new RunEstimate(session);
    this.job = new Job(session);
    this.kept = new KeptData(session);
    this.live = new LiveRun(session, (id, answer) => void this.#joinRun(id, answer));
    this.neuron = new OpenNeuron(session, this.navigation, this.results);
    const announce = (text: string): void => void (this.announcement = text);
    this.layers = new LayerPairs(session, announce);
    this.saving = new FileSaving(session, activationWords, announce);
    this.smaller = new SmallerModels(session, this.results, announce);
    this.times = new RunTimes(session, this.results, announce);
    this.remeasuring = new Remeasuring(session, announce);
    this.trying = new Trying(session);
    this.publishing = new SitePublishing(session, announce);
  }

  /**
   * The options as they will be used with these files: a score remembered from another task falls back to the task's own,
   * no input is longer than the model takes, and what is not asked for has its default.
   */
  readonly used = $derived.by((): RunOptions => {
    const options = fittedOptions(this.options.value, this.scope);
    const { words, activations, longestInput, scores } = this.scope;
    const metric = options.metric !== null && scores?.titles[options.metric] !== undefined ? options.metric : null;
    const length = words || activations ? defaultOptions.maxLength : options.maxLength;
    const maxLength = Math.min(length, longestInput ?? length);
    return { ...options, metric, maxLength };
  });

  get request(): RunRequest {
    return { files: this.inputs.files, corrections: this.inputs.corrections, options: this.used };
  }

  /** What is set up, once vectors and a data file are known; what else is missing only a run needs. */
  get savable(): SavableInputs | null {
    const { known } = this.inputs;
    if (known === null || !this.optionsFit) return null;
    const files = known.data?.files.some(({ role }) => role !== null) === true;
    return hasVectors(known) && files ? { request: this.request, known } : null;
  }

  /** Files came in by any way: results are shown, everything else joins the set-up. */
  async receive(files: readonly DroppedFile[], resultsOnly = false): Promise<void> {
    if (files.length === 0) return;
    const results = await recogniseResults(files, resultsOnly);
    const inputs = unclaimedFiles(files, results);
    this.refused = results.missing;
    this.note = null;
    const running = this.job.phase.name === 'running';
    if (inputs.length > 0 && !running) {
      this.inputs.add(inputs);
      this.job.dismiss();
    }
    if (results.sources.length > 0) this.openSources(results.sources);
    else if (inputs.length > 0 && running) this.note = 'A run is going on. Drop these files again when it has ended.';
    else if (inputs.length > 0) this.navigation.go({ screen: 'set-up' });
  }

  /** Receives files that are still being chosen or read; null: the dialog was closed. */
  async open(reading: Promise<DroppedFile[] | null>, resultsOnly = false): Promise<void> {
    try {
      await this.receive((await reading) ?? [], resultsOnly);
    } catch (error) {
      this.errors.report(error);
    }
  }

  /** Shows results, beside those already on screen. */
  openSources(sources: readonly ResultSource[]): void {
    const { view } = this.navigation;
    const { ids, show } = view.screen === 'result' ? view : { ids: [], show: firstResultView };
    const opened = sources.map((source) => this.results.openFile(source));
    this.navigation.go({ screen: 'result', ids: [...new Set([...ids, ...opened])], show });
  }

  openResult(id: string): void {
    this.navigation.go({ screen: 'result', ids: [id], show: firstResultView });
  }

  closeResult(id: string): void {
    const { view } = this.navigation;
    if (view.screen !== 'result') return;
    const ids = view.ids.filter((other) => other !== id);
    this.navigation.go(ids.length > 0 ? { ...view, ids } : { screen: 'start' });
  }

  /** Starts the run of what is set up and shows its result when it ends. @param quick a quick look. */
  async run(quick = false): Promise<void> {
    const { known } = this.inputs;
    if (!this.canRun || known === null) return;
    const { request } = this;
    const { labelColumns } = this.inputs;
    const inputs = { request: { ...request, options: { ...request.options, quick } }, known };
    if (labelColumns === null) await this.#start(inputs);
    else await (await importPart(() => import('./label-series.ts'))).runSeries(this, labelColumns, inputs);
  }

  /** What a quick look was made of, as long as this tab holds its files; null: no longer. */
  refinable(id: string): SavableInputs | null {
    return this.#quickLooks.get(id) ?? null;
  }

  /** The run of a quick look again, with all rows. */
  async refine(id: string): Promise<void> {
    const inputs = this.refinable(id);
    if (inputs === null || this.job.phase.name === 'running' || this.busy) return;
    const { request } = inputs;
    await this.#start({ ...inputs, request: { ...request, options: { ...request.options, quick: false } } });
  }

  async #start(inputs: SavableInputs): Promise<void> {
    this.series = '';
    const id = await this.make(inputs, () => this.#start(inputs));
    if (id !== null) this.showMade([id]);
  }

  /** Runs to the end, on screen; null: cancelled or failed. @param again what trying again does. */
  async make({ request: asked, known }: SavableInputs, again: () => Promise<void>): Promise<string | null> {
    this.note = null;
    this.#again = again;
    this.options.keep();
    this.estimate.stop();
    this.navigation.go({ screen: 'run' });
    this.live.letGo();
    this.trying.close().catch(this.errors.report);
    const request = { ...asked, ...this.estimate.ratesOf(asked) };
    const run = await this.job.start(request);
    if (run === null) return null;
    const { clusters } = this.job;
    const id = this.results.open({ kind: 'run', run }, clusters);
    this.live.hold(id, clusters);
    this.lastRun = { id, inputs: { request, known } };
    if (request.options.quick) this.#quickLooks.set(id, { request, known });
    void this.results.keep(id, run, clusters);
    return id;
  }

  showMade(ids: string[]): void {
    this.announcement = 'The run is done. Its result is shown.';
    if (this.navigation.view.screen !== 'run') this.note = 'The run is done: “Last result” above shows it.';
    else this.navigation.replace({ screen: 'result', ids, show: firstResultView });
    this.job.dismiss();
  }

  /** An answer retrained later belongs to its run like those of the run itself. */
  async #joinRun(id: string, answer: LaterAnswer): Promise<void> {
    if (await (await importPart(() => import('./later-answer.ts'))).joinAnswer(this, id, answer))
      this.announcement = 'Retrained.';
  }

  /** Asks before a run is cancelled by key. */
  askToCancel(): void {
    this.asksToCancel = this.job.phase.name === 'running';
  }

  cancel(): void {
    if (this.job.phase.name !== 'running') return;
    const extract = this.job.stages.find((stage) => stage.name === 'extract');
    this.job.cancel();
    this.note = keptSentence(extract?.state ?? 'to come');
    this.announcement = 'Cancelled.';
    if (this.navigation.view.screen === 'run') this.navigation.replace({ screen: 'set-up' });
  }

  /** The failed run again, from what was kept. */
  async tryAgain(): Promise<void> {
    this.job.dismiss();
    await this.#again?.();
  }

  startOver(): void {
    this.inputs.clear();
    this.estimate.forget();
    this.live.release().catch(this.errors.report);
    this.job.dismiss();
    this.note = null;
    this.navigation.go({ screen: 'start' });
  }
}

export const [useApp, provideApp] = createContext<App>();
