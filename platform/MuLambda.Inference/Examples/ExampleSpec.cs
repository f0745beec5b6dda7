namespace MuLambda.Inference.Examples;

/// <summary>What is parsed out of serialized examples.</summary>
/// <param name="Sparse">Features of any number of values; each gives three tensors.</param>
/// <param name="Dense">Features that fill a shape; each gives one tensor.</param>
/// <param name="Single">Whether one example is parsed and the tensors have no dimension for examples.</param>
internal sealed record ExampleSpec(IReadOnlyList<SparseFeature> Sparse, IReadOnlyList<DenseFeature> Dense, bool Single)
{
    // As the operators order their outputs: all indices, all values, all shapes, all dense tensors.

    public (DType Type, IReadOnlyList<long>? Shape) Output(int index) =>
        index < Sparse.Count ? (DType.Int64, [-1, Single ? 1 : 2])
        : index < 2 * Sparse.Count ? (Sparse[index - Sparse.Count].Type, [-1])
        : index < 3 * Sparse.Count ? (DType.Int64, [Single ? 1 : 2])
        : (Dense[index - (3 * Sparse.Count)].Type, Single ? Dense[index - (3 * Sparse.Count)].Shape : [-1, .. Dense[index - (3 * Sparse.Count)].Shape]);

    public int Outputs => (3 * Sparse.Count) + Dense.Count;
}

/// <summary>A feature of any number of values.</summary>
/// <param name="Key">Its name in an example.</param>
/// <param name="Type">float32, int64 or string.</param>
internal sealed record SparseFeature(string Key, DType Type);

/// <summary>A feature that fills a shape in each example.</summary>
/// <param name="Key">Its name in an example.</param>
/// <param name="Type">float32, int64 or string.</param>
/// <param name="Shape">The shape; -1 in front where as many rows are taken as the example has.</param>
/// <param name="Default">What stands where an example lacks it (or, with -1 in front, where it has fewer rows); null where it must be there.</param>
internal sealed record DenseFeature(string Key, DType Type, long[] Shape, FeatureDefault? Default)
{
    public bool Variable => Shape is [-1, ..];

    /// <summary>The elements of the shape; of one row where their number is up to the example.</summary>
    public long Elements => Tensor.CountElements(Variable ? Shape.AsSpan(1) : Shape);

    public override string ToString() => Type.Name() + Shapes.Format(Shape);
}

/// <summary>The values of a feature that is not there: as many as the shape takes, or one for all.</summary>
/// <param name="Bytes">Numbers.</param>
/// <param name="Strings">Strings.</param>
internal sealed record FeatureDefault(byte[] Bytes, ReadOnlyMemory<byte>[] Strings);
