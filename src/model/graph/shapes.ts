/** Collects the shapes of a model's tensors by canonical name, as PyTorch saves its modules. */
export class Shapes {
  readonly all = new Map<string, number[]>();

  tensor(name: string, ...shape: number[]): this {
    this.all.set(name, shape);
    return this;
  }

  norm(name: string, width: number): this {
    return this.tensor(`${name}.weight`, width).tensor(`${name}.bias`, width);
  }

  linear(name: string, outputs: number, inputs: number): this {
    return this.tensor(`${name}.weight`, outputs, inputs).tensor(`${name}.bias`, outputs);
  }
}
