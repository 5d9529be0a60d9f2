/** Dtype codes, as in src/core/dtype.h. */
export const Code = {
  uint8: 0,
  int32: 1,
  int64: 2,
  float32: 3,
  float64: 4,
  bool: 5,
} as const;

export const itemSize = [1, 4, 8, 4, 8, 1] as const;

export const isFloatingCode = (code: number): boolean =>
  code === Code.float32 || code === Code.float64;

export type DTypeName = keyof typeof Code;

/** torch.dtype: `torch.float32` and its kin. */
export class DType {
  constructor(
    readonly name: DTypeName,
    readonly code: number,
  ) {
    Object.freeze(this);
  }

  get is_floating_point(): boolean {
    return isFloatingCode(this.code);
  }

  /** Bytes of one element. */
  get itemsize(): number {
    return itemSize[this.code]!;
  }

  toString(): string {
    return `torch.${this.name}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

const make = (name: DTypeName) => new DType(name, Code[name]);

export const uint8 = make('uint8');
export const int32 = make('int32');
export const int64 = make('int64');
export const float32 = make('float32');
export const float64 = make('float64');
export const bool = make('bool');

/** By code. */
export const dtypes: readonly DType[] = [uint8, int32, int64, float32, float64, bool];

/** PyTorch's names and their aliases. */
export const dtypeNames = {
  uint8,
  int32,
  int: int32,
  int64,
  long: int64,
  float32,
  float: float32,
  float64,
  double: float64,
  bool,
} as const;
