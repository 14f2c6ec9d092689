/**
 * Classes of plain data that people save beside tensors: numbers of NumPy, paths, times, arguments and configurations. By
 * name alone: objects of them are made of nothing, whatever they are given is dropped, and nothing of Python runs. A
 * function or a class that is not here is refused by its name.
 */
const names = new Set([
  ...['argparse.Namespace', 'types.SimpleNamespace', 'enum.Enum', 'uuid.UUID', 'decimal.Decimal', 'fractions.Fraction'],
  ...['datetime.datetime', 'datetime.date', 'datetime.time', 'datetime.timedelta', 'datetime.timezone'],
  ...['collections.deque', 'copyreg._reconstructor', 'copy_reg._reconstructor', '_codecs.encode'],
  ...['typing.Any', 'torch.device', 'torch.serialization._get_layout', 'torch.Generator', 'random.Random'],
]);

const builtins = [
  'object',
  'set',
  'frozenset',
  'complex',
  'slice',
  'range',
  'xrange',
  'bytearray',
  'bytes',
  'str',
  'unicode',
  'int',
  'long',
  'float',
  'bool',
  'list',
  'tuple',
];

const patterns = [
  // Numbers, their types and arrays, whose reconstruction is one of data.
  /^numpy\.(_?core\.multiarray\.(scalar|_reconstruct)|_?core\.numeric\._frombuffer|dtype|ndarray|dtypes\.\w+DType)$/,
  /^numpy\.(bool_?|u?int(8|16|32|64|p|c)?|float(16|32|64|128)?|complex(64|128)|str_|bytes_|longlong|datetime64|timedelta64)$/,
  /^numpy\.random\._pickle\.__\w+_ctor$/,
  /^pathlib\.(_local\.)?(Pure)?(Posix|Windows)?Path$/,
  // Configurations and the enumerations in arguments of a training.
  /^transformers\.(models\.\w+\.)?configuration_\w+\.\w+Config$/,
  /^transformers\.(trainer_utils|training_args|debug_utils|trainer_pt_utils)\.\w+(Strategy|Type|Names|Arguments|Option|AcceleratorConfig)$/,
  /^transformers\.training_args\.(OptimizerNames|ParallelMode)$/,
  /^omegaconf\.(dictconfig\.DictConfig|listconfig\.ListConfig|base\.(ContainerMetadata|Metadata)|nodes\.\w+Node)$/,
  /^yacs\.config\.CfgNode$/,
  /^(pytorch_lightning|lightning\.pytorch)\.callbacks\.\w+\.\w+$/,
];

export function isHarmless(name: string): boolean {
  const builtin = /^(?:__builtin__|builtins)\.(\w+)$/.exec(name)?.[1];
  if (builtin !== undefined) return builtins.includes(builtin);
  return names.has(name) || patterns.some((pattern) => pattern.test(name));
}
