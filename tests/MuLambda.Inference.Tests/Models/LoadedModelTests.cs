using MuLambda.Inference.Tests.Graphs;

namespace MuLambda.Inference.Tests.Models;

public sealed class LoadedModelTests
{
    [Fact]
    public void A_model_describes_its_signatures()
    {
        var builder = Samples.HalfPlusTwo();
        builder.Signature("any", [("v", "x", DType.Float32, null)], ("w", "sum", DType.Float32));
        using var folder = builder.Save();
        var description = ModelLoader.Inspect(folder.Path);
        description.Format.ShouldBe("saved_model");
        description.Bytes.ShouldBe(new FileInfo(Path.Combine(folder.Path, "saved_model.pb")).Length);
        description.Signatures.Select(s => s.Name).ShouldBe(["any", "serving_default"]);
        description.Signatures[0].Inputs.ShouldHaveSingleItem().ToString().ShouldBe("v: float32 of unknown rank");
        description.Signatures[1].MethodName.ShouldBe("tensorflow/serving/predict");
        description.Signatures[1].Inputs.ShouldHaveSingleItem().ToString().ShouldBe("x: float32[-1]");
        description.Signatures[1].Outputs.Select(o => o.Name).ShouldBe(["y", "z"]);
        (description.Signatures[0].Inputs[0].GraphName, description.Signatures[0].Outputs[0].GraphName).ShouldBe(("x:0", "sum:0"));
    }

    [Fact]
    public void A_batch_of_any_size_is_answered_by_the_default_signature()
    {
        using var model = Samples.HalfPlusTwo().Load();
        foreach (var size in new[] { 0, 1, 3, 1000 })
        {
            float[] x = [.. Enumerable.Range(0, size).Select(i => (float)i)];
            using var input = Tensor.From<float>(x, [size]);
            using var outputs = model.Run("", Inputs(input));
            outputs.Select(o => o.Name).ShouldBe(["y", "z"]);
            outputs["y"].AsReadOnlySpan<float>().ToArray().ShouldBe(x.Select(v => (v / 2) + 2));
            outputs["z"].AsReadOnlySpan<float>().ToArray().ShouldBe(x.Select(v => -v));
        }
    }

    [Fact]
    public void Tensors_of_every_type_go_in_and_out_and_are_constants()
    {
        foreach (var type in DTypes.All.Where(t => t != DType.String))
        {
            using var x = Tensor.Create(type, [3]);
            x.AsBytes().Clear();
            x.AsBytes()[^1] = 1;
            var builder = new SavedModelBuilder();
            builder.Placeholder("x", type, -1);
            builder.Const("c", x.ToTensorProto());
            builder.Signature("serving_default", [("x", "x", type, [-1])], ("y", "x", type), ("c", "c", type));
            using var model = builder.Load();
            using var outputs = model.Run("", Inputs(x));
            foreach (var output in outputs)
            {
                output.Tensor.ToString().ShouldBe($"{type.Name()}[3]");
                output.Tensor.Bytes.ToArray().ShouldBe(x.Bytes.ToArray());
            }
        }
    }

    [Fact]
    public void A_filter_chooses_the_outputs_and_their_order()
    {
        using var model = Samples.HalfPlusTwo().Load();
        using var x = Tensor.From<float>([2], [1]);
        using var one = model.Run("serving_default", Inputs(x), ["z"]);
        one.ShouldHaveSingleItem().Name.ShouldBe("z");
        one["z"].AsReadOnlySpan<float>()[0].ShouldBe(-2);
        using var both = model.Run("serving_default", Inputs(x), ["z", "y", "z"]);
        both.Select(o => o.Name).ShouldBe(["z", "y"]);
        both["y"].AsReadOnlySpan<float>()[0].ShouldBe(3);
    }

    [Fact]
    public void What_does_not_fit_the_signature_is_refused_by_name()
    {
        using var model = Samples.Perceptron(4, 2).Load();
        using var good = Tensor.From<float>(new float[4], [1, 4]);
        using var type = Tensor.From<double>(new double[4], [1, 4]);
        using var rank = Tensor.From<float>(new float[4], [4]);
        using var size = Tensor.From<float>(new float[5], [1, 5]);
        Refused(model, new(), InferenceError.InvalidInput, "x").ShouldBe("Input x is missing: signature serving_default expects x: float32[-1,4].");
        Refused(model, Inputs(type), InferenceError.InvalidInput, "x").ShouldBe("Input x is float64[1,4]: signature serving_default expects x: float32[-1,4].");
        Refused(model, Inputs(rank), InferenceError.InvalidInput, "x").ShouldBe("Input x is float32[4]: signature serving_default expects x: float32[-1,4].");
        Refused(model, Inputs(size), InferenceError.InvalidInput, "x").ShouldBe("Input x is float32[1,5]: signature serving_default expects x: float32[-1,4].");
        Refused(model, new() { ["x"] = good, ["w"] = good }, InferenceError.InvalidInput, "w").ShouldBe("Input w is unknown: signature serving_default has x.");
        Refused(model, Inputs(good), InferenceError.UnknownSignature, "s", "s").ShouldBe("The model has no signature s; it has serving_default.");
        Refused(model, Inputs(good), InferenceError.UnknownOutput, "o", "", ["o"]).ShouldBe("Signature serving_default has no output o; it has y.");
    }

    [Fact]
    public void What_the_graph_itself_refuses_is_an_error_with_the_runtimes_status()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("a", DType.Float32, -1);
        builder.Placeholder("b", DType.Float32, -1);
        builder.Node("AddV2", "sum", ["a", "b"]);
        builder.Signature("serving_default", [("a", "a", DType.Float32, [-1]), ("b", "b", DType.Float32, [-1])], ("y", "sum", DType.Float32));
        using var model = builder.Load();
        using var two = Tensor.From<float>([1, 2], [2]);
        using var three = Tensor.From<float>([1, 2, 3], [3]);
        var error = Should.Throw<InferenceException>(() => model.Run("", new Dictionary<string, Tensor> { ["a"] = two, ["b"] = three }));
        error.Error.ShouldBe(InferenceError.Runtime);
        error.NativeStatus.ShouldNotBeNull().ShouldBeGreaterThan(0);
        error.Message.ShouldContain("sum");
    }

    [Fact]
    public async Task Runs_that_overlap_give_each_its_own_answer()
    {
        using var model = Samples.HalfPlusTwo().Load();
        await Parallel.ForAsync(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 16 }, (i, cancellation) =>
        {
            float[] values = [.. Enumerable.Range(i, 1 + (i % 50)).Select(v => (float)v)];
            using var x = Tensor.From<float>(values, [values.Length]);
            using var outputs = model.Run("", Inputs(x), null, cancellation);
            outputs["y"].AsReadOnlySpan<float>().ToArray().ShouldBe(values.Select(v => (v / 2) + 2));
            outputs["z"].AsReadOnlySpan<float>().ToArray().ShouldBe(values.Select(v => -v));
            return ValueTask.CompletedTask;
        });
    }

    [Fact]
    public void Ten_thousand_runs_leave_no_buffer_behind()
    {
        var pool = new TensorPool();
        using var model = Samples.Perceptron(16, 8, 4).Load();
        var memory = 0L;
        for (var i = 0; i < 10_000; i++)
        {
            using var x = Tensor.Create(DType.Float32, [1, 16], pool);
            x.AsSpan<float>().Fill(i);
            using var outputs = model.Run("", Inputs(x));
            outputs["y"].AsReadOnlySpan<float>()[0].ShouldBeInRange(0, 1);
            if (i == 1000)
            {
                memory = Environment.WorkingSet;
            }
        }

        pool.Outstanding.ShouldBe(0);
        pool.RetainedBytes.ShouldBe(64);
        (Environment.WorkingSet - memory).ShouldBeLessThan(200L << 20);
    }

    [Fact]
    public void A_cancelled_run_ends_as_cancelled()
    {
        using var model = Samples.HalfPlusTwo().Load();
        using var x = Tensor.From<float>([2], [1]);
        using var source = new CancellationTokenSource();
        using (model.Run("", Inputs(x), null, source.Token))
        {
            source.Cancel();
        }

        Should.Throw<OperationCanceledException>(() => model.Run("", Inputs(x), null, source.Token)).CancellationToken.ShouldBe(source.Token);
    }

    [Fact]
    public async Task A_run_under_way_is_stopped_between_two_operators()
    {
        var builder = new SavedModelBuilder();
        var last = builder.Placeholder("x", DType.Float32, -1, -1);
        for (var i = 0; i < 2000; i++)
        {
            last = builder.Node("MatMul", $"m{i}", [last, "x"]);
        }

        builder.Signature("serving_default", [("x", "x", DType.Float32, [-1, -1])], ("y", last, DType.Float32));
        using var model = builder.Load();
        using var x = Tensor.From<float>(new float[400 * 400], [400, 400]);
        using var source = new CancellationTokenSource();
        var run = Task.Run(() => model.Run("", Inputs(x), null, source.Token));

        // Not CancelAsync: on a busy machine the pool may come to its callbacks only when the run has ended.
        source.Cancel();
        (await Should.ThrowAsync<OperationCanceledException>(run.WaitAsync(TimeSpan.FromSeconds(30)))).CancellationToken.ShouldBe(source.Token);
    }

    [Fact]
    public void A_disposed_model_refuses_runs_and_leaves_its_outputs_alone()
    {
        var model = Samples.HalfPlusTwo().Load();
        using var x = Tensor.From<float>([2], [1]);
        using var outputs = model.Run("", Inputs(x));
        model.Dispose();
        model.Dispose();
        outputs["y"].AsReadOnlySpan<float>()[0].ShouldBe(3);
        Should.Throw<ObjectDisposedException>(() => model.Run("", Inputs(x)));
    }

    [Fact]
    public void Several_threads_may_compute_one_run()
    {
        using var model = Samples.Perceptron(64, 256, 10).Load(new ModelOptions { IntraOpThreads = 2 });
        using var x = Tensor.From<float>([.. Enumerable.Repeat(1f, 64 * 32)], [32, 64]);
        using var outputs = model.Run("", Inputs(x));
        outputs["y"].AsReadOnlySpan<float>().ToArray().Sum().ShouldBe(32, 1e-3);
        Should.Throw<ArgumentOutOfRangeException>(() => Samples.HalfPlusTwo().Load(new ModelOptions { IntraOpThreads = 0 }));
    }

    private static Dictionary<string, Tensor> Inputs(Tensor x) => new() { ["x"] = x };

    private static string Refused(
        LoadedModel model, Dictionary<string, Tensor> inputs, InferenceError expected, string field, string signature = "", string[]? filter = null)
    {
        var error = Should.Throw<InferenceException>(() => model.Run(signature, inputs, filter));
        error.Error.ShouldBe(expected);
        error.Field.ShouldBe(field);
        return error.Message;
    }
}
