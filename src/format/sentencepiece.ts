/**
 * A SentencePiece model file (`sentencepiece_model.proto`): the pieces, the kind of model and the compiled
 * normalisation. Reads the few fields that a tokenizer needs; every length is checked against the bytes there are.
 */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { badFile } from '../base/errors.ts';

export interface SentencePiece {
  text: string;
  /** Log probability. */
  score: number;
}

export interface SentencePieceModel {
  pieces: SentencePiece[];
  /** 1 Unigram, 2 BPE, 3 word, 4 character. */
  kind: number;
  /** Place of the piece that stands for unknown text. */
  unknown: number;
  byteFallback: boolean;
  /** null when the model leaves texts as they are. */
  charsmap: Uint8Array | null;
}

/** Above the greatest known model, 902,000. */
const pieceLimit = 1_000_000;
const next = 'Copy the file again from the folder of the model.';

/**
 * @param name of the file, for messages
 * @throws WinnowError `bad-file` when the bytes are no such model.
 */
export function readSentencePiece(bytes: Uint8Array, name: string): SentencePieceModel {
  const model: SentencePieceModel = { pieces: [], kind: 1, unknown: 0, byteFallback: false, charsmap: null };
  try {
    checkCount(bytes);
    eachField(bytes, {
      1: (reader) => model.pieces.push(readPiece(reader.bytes())),
      2: (reader) => readTrainer(reader.bytes(), model),
      3: (reader) => eachField(reader.bytes(), { 2: (inner) => (model.charsmap = inner.bytes()) }),
    });
  } catch (cause) {
    const message = `${name} is not a SentencePiece model: ${(cause as Error).message}.`;
    throw badFile(message, next, cause);
  }
  if (model.pieces.length === 0) throw badFile(`${name} holds no pieces.`, next);
  if (model.charsmap?.length === 0) model.charsmap = null;
  return model;
}

/** Before any piece is read: each costs some hundred bytes, of the file as few as two. */
function checkCount(bytes: Uint8Array): void {
  let count = 0;
  eachField(bytes, {
    1: (reader, type) => {
      reader.skip(type);
      count++;
    },
  });
  if (count > pieceLimit) throw new RangeError(`it has ${count} pieces, and Winnow reads up to ${pieceLimit}`);
}

function readPiece(bytes: Uint8Array): SentencePiece {
  const piece = { text: '', score: 0 };
  eachField(bytes, {
    1: (reader) => (piece.text = reader.string()),
    2: (reader) => (piece.score = reader.float()),
  });
  if (!Number.isFinite(piece.score)) throw new RangeError(`a piece has the score ${piece.score}`);
  return piece;
}

function readTrainer(bytes: Uint8Array, model: SentencePieceModel): void {
  eachField(bytes, {
    3: (reader) => (model.kind = reader.int32()),
    35: (reader) => (model.byteFallback = reader.bool()),
    40: (reader) => (model.unknown = reader.int32()),
  });
}

/** Hands every field that `read` names to its reader and skips the others. */
function eachField(
  bytes: Uint8Array,
  read: Readonly<Record<number, (reader: BinaryReader, type: WireType) => unknown>>,
): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.StartGroup) throw new RangeError('it holds a group, which such a file never does');
    if (field in read) read[field](reader, type);
    else reader.skip(type, field);
  }
}
