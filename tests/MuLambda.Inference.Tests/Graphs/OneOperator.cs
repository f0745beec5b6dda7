namespace MuLambda.Inference.Tests.Graphs;

/// <summary>Runs a graph of one input <c>x</c> and one output <c>y</c>.</summary>
internal static class OneOperator
{
    /// <param name="x">The value fed, whose type and shape (first dimension dynamic) the placeholder gets.</param>
    /// <param name="build">Adds the nodes after the placeholder <c>x</c> and gives the name of the result.</param>
    /// <param name="type">The type of the result; that of x where left out.</param>
    public static Tensor Run(Tensor x, Func<SavedModelBuilder, string> build, DType type = DType.None)
    {
        var builder = new SavedModelBuilder();
        long[] shape = x.Shape.Length == 0 ? [] : [-1, .. x.Shape[1..]];
        builder.Placeholder("x", x.DType, shape);
        var y = build(builder);
        builder.Signature("serving_default", [("x", "x", x.DType, shape)], ("y", y, type == DType.None ? x.DType : type));
        using var model = builder.Load();
        return model.Run("", new Dictionary<string, Tensor> { ["x"] = x })["y"];
    }

    public static Tensor Run<T>(T[] x, long[] shape, Func<SavedModelBuilder, string> build, DType type = DType.None)
        where T : unmanaged
    {
        using var tensor = Tensor.From<T>(x, shape);
        return Run(tensor, build, type);
    }

    /// <summary>Checks shape and values, and disposes the tensor.</summary>
    public static void ShouldHold<T>(this Tensor tensor, long[] shape, params T[] values)
        where T : unmanaged
    {
        using (tensor)
        {
            tensor.Shape.ToArray().ShouldBe(shape);
            tensor.AsReadOnlySpan<T>().ToArray().ShouldBe(values);
        }
    }

    /// <summary>Checks shape and values within a tolerance, and disposes the tensor.</summary>
    public static void ShouldHoldAbout(this Tensor tensor, long[] shape, float[] values, double tolerance = 1e-5)
    {
        using (tensor)
        {
            tensor.Shape.ToArray().ShouldBe(shape);
            tensor.AsReadOnlySpan<float>().ToArray().ShouldBe(values, tolerance);
        }
    }

    /// <summary>Checks doubles within a tolerance, and disposes the tensor.</summary>
    public static void ShouldBeAbout(this Tensor tensor, double[] values, double tolerance)
    {
        using (tensor)
        {
            tensor.AsReadOnlySpan<double>().ToArray().ShouldBe(values, tolerance);
        }
    }
}
