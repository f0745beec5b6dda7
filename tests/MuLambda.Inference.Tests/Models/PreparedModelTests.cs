using System.Security.Cryptography;
using System.Text;
using MuLambda.Inference.Tests.Graphs;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.Tests.Models;

public sealed class PreparedModelTests : IDisposable
{
    private readonly ModelFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "cache", "model.prepared");

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Models => ["half", "perceptron", "convolution", "digits-cnn", "digits-mlp-wide"];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_prepared_model_answers_what_the_model_itself_answers_bit_for_bit(string name)
    {
        using var source = Save(name);
        using var direct = ModelLoader.Load(source.Path);
        using var preparing = ModelLoader.Load(source.Path, Prepare());
        using var prepared = PreparedModel.TryOpen(File).ShouldNotBeNull();
        using var loaded = prepared.Load();

        var expected = Answers(direct);
        Answers(preparing).ShouldBe(expected);
        Answers(loaded).ShouldBe(expected);
        foreach (var description in (ModelDescription[])[preparing.Description, prepared.Description, loaded.Description])
        {
            Describe(description).ShouldBe(Describe(direct.Description));
        }

        direct.Translation.ShouldBeGreaterThan(TimeSpan.Zero);
        loaded.Translation.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void An_onnx_file_is_prepared_too()
    {
        using var source = Save("perceptron");
        System.IO.File.WriteAllBytes(Path.Combine(_folder.Path, "model.onnx"), ModelLoader.Translate(source.Path));
        var onnx = Path.Combine(_folder.Path, "model.onnx");
        using var direct = ModelLoader.Load(onnx);

        using var preparing = ModelLoader.Load(onnx, Prepare());
        using var prepared = PreparedModel.TryOpen(File).ShouldNotBeNull();
        using var loaded = prepared.Load();

        Answers(loaded).ShouldBe(Answers(direct));
        loaded.Description.Format.ShouldBe(ModelFormats.Onnx);
    }

    [Fact]
    public void What_the_caller_leaves_beside_the_model_is_there_again()
    {
        using var source = Save("half");
        ModelLoader.Load(source.Path, Prepare(Encoding.UTF8.GetBytes("beside it"))).Dispose();

        using var prepared = PreparedModel.TryOpen(File).ShouldNotBeNull();

        Encoding.UTF8.GetString(prepared.Attachment).ShouldBe("beside it");
    }

    [Fact]
    public void A_loaded_model_needs_neither_the_file_nor_who_opened_it()
    {
        using var source = Save("perceptron");
        using var direct = ModelLoader.Load(source.Path, Prepare());
        var prepared = PreparedModel.TryOpen(File).ShouldNotBeNull();
        using var loaded = prepared.Load();

        prepared.Dispose();
        System.IO.File.Delete(File);

        Answers(loaded).ShouldBe(Answers(direct));
    }

    [Fact]
    public void There_is_no_prepared_model_where_there_is_no_file() => PreparedModel.TryOpen(File).ShouldBeNull();

    [Fact]
    public void Damage_anywhere_is_found_and_the_file_is_made_anew()
    {
        using var source = Save("convolution");
        ModelLoader.Load(source.Path, Prepare()).Dispose();
        var whole = System.IO.File.ReadAllBytes(File);
        List<byte[]> damaged = [[], whole[..10], whole[..^1], [.. whole, 0], new byte[whole.Length]];
        damaged.AddRange(Enumerable.Range(0, 20).Select(i =>
        {
            byte[] flipped = [.. whole];
            flipped[(int)((long)i * (whole.Length - 1) / 19)] ^= 1;
            return flipped;
        }));

        foreach (var bytes in damaged)
        {
            System.IO.File.WriteAllBytes(File, bytes);
            PreparedModel.TryOpen(File).ShouldBeNull();
            System.IO.File.Exists(File).ShouldBe(bytes.Length == 0, "an empty file cannot be mapped, and is replaced");
        }

        ModelLoader.Load(source.Path, Prepare()).Dispose();
        using var again = PreparedModel.TryOpen(File).ShouldNotBeNull();
        using var loaded = again.Load();
        loaded.Description.Signatures.ShouldHaveSingleItem();
    }

    [Fact]
    public void What_was_prepared_for_another_machine_is_left_alone()
    {
        using var source = Save("half");
        ModelLoader.Load(source.Path, Prepare()).Dispose();
        var bytes = System.IO.File.ReadAllBytes(File);
        var machine = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(PreparedModel.Machine));
        machine.ShouldBeGreaterThan(0);
        bytes.AsSpan(machine, PreparedModel.Machine.Length).Fill((byte)'x');
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - SHA256.HashSizeInBytes), bytes.AsSpan(bytes.Length - SHA256.HashSizeInBytes));
        System.IO.File.WriteAllBytes(File, bytes);

        PreparedModel.TryOpen(File).ShouldBeNull();

        System.IO.File.Exists(File).ShouldBeTrue();
    }

    [Fact]
    public async Task Those_who_prepare_a_model_at_once_leave_one_whole_file()
    {
        using var source = Save("digits-cnn");
        using var direct = ModelLoader.Load(source.Path);

        var models = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => ModelLoader.Load(source.Path, Prepare()))));

        foreach (var model in models)
        {
            Answers(model).ShouldBe(Answers(direct));
            model.Dispose();
        }

        Directory.GetFiles(Path.GetDirectoryName(File)!).ShouldBe([File]);
        using var prepared = PreparedModel.TryOpen(File).ShouldNotBeNull();
    }

    [Fact]
    public void A_model_that_cannot_be_left_behind_is_loaded_all_the_same()
    {
        System.IO.File.WriteAllText(Path.Combine(_folder.Path, "file"), "no directory");
        using var source = Save("half");

        using var inFile = ModelLoader.Load(
            source.Path, new ModelOptions { Preparation = new ModelPreparation(Path.Combine(_folder.Path, "file", "model.prepared")) });

        inFile.Description.Signatures.ShouldHaveSingleItem();
        Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).ShouldBe([Path.Combine(_folder.Path, "file")]);
    }

    [Fact]
    public void A_model_that_parses_examples_is_loaded_and_not_left_behind()
    {
        using var folder = new ModelFolder();
        var builder = new SavedModelBuilder();
        builder.Placeholder("examples", DType.String, -1);
        builder.Node(
            "ParseExampleV2",
            "parse",
            ["examples", builder.Strings("names"), builder.Strings("sparse"), builder.Strings("dense", "f"), builder.Strings("ragged"), builder.Const("none", [1f])],
            ("Tdense", new AttrValue { List = new() { Type = { DataType.DtFloat } } }),
            ("dense_shapes", new AttrValue { List = new() { Shape = { new TensorShapeProto() } } }));
        builder.Node("Neg", "negative", ["parse:0"]);
        builder.Signature("serving_default", [("examples", "examples", DType.String, [-1])], ("y", "negative", DType.Float32));
        folder.Write("saved_model.pb", builder.ToBytes());

        using var model = ModelLoader.Load(folder.Path, Prepare());

        model.Description.Signatures.ShouldHaveSingleItem();
        System.IO.File.Exists(File).ShouldBeFalse();
        Directory.GetFiles(Path.GetDirectoryName(File)!).ShouldBeEmpty();
    }

    [Fact]
    public void A_file_that_is_no_model_fails_as_without_preparation()
    {
        System.IO.File.WriteAllText(Path.Combine(_folder.Path, "model.onnx"), "this is no model");

        Should.Throw<ModelFormatException>(() => ModelLoader.Load(Path.Combine(_folder.Path, "model.onnx"), Prepare()));

        System.IO.File.Exists(File).ShouldBeFalse();
    }

    private ModelOptions Prepare(byte[]? attachment = null) => new() { Preparation = new ModelPreparation(File, attachment) };

    private static ModelSource Save(string name) => name switch
    {
        "half" => new(Samples.HalfPlusTwo().Save()),
        "perceptron" => new(Samples.Perceptron(6, 16, 4).Save()),
        "convolution" => new(Samples.Convolution().Save()),
        _ => new(null, Path.Combine(Repository.Root, "models", "digits", name)),
    };

    /// <summary>The bytes of every output of every signature, for inputs of noise.</summary>
    private static List<byte[]> Answers(LoadedModel model)
    {
        var random = new Random(20261122);
        var answers = new List<byte[]>();
        foreach (var signature in model.Description.Signatures)
        {
            var inputs = new Dictionary<string, Tensor>(StringComparer.Ordinal);
            foreach (var input in signature.Inputs)
            {
                long[] shape = [.. input.Shape!.Select(size => size < 0 ? 3 : size)];
                inputs.Add(input.Name, Tensor.From<float>([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => random.NextSingle())], shape));
            }

            using var outputs = model.Run(signature.Name, inputs);
            answers.AddRange(outputs.Select(output => output.Tensor.Bytes.ToArray()));
            foreach (var input in inputs.Values)
            {
                input.Dispose();
            }
        }

        return answers;
    }

    private static string Describe(ModelDescription description) => string.Join(
        '\n',
        description.Signatures.Select(signature =>
            $"{signature.Name} {signature.MethodName} {Describe(signature.Inputs)} {Describe(signature.Outputs)}").Prepend($"{description.Format} {description.Bytes}"));

    private static string Describe(IReadOnlyList<TensorSpec> specs) =>
        string.Join(", ", specs.Select(spec => $"{spec} {spec.GraphName} {spec.AnyShape}"));

    /// <summary>A model's directory, which goes away if it was made here.</summary>
    private sealed class ModelSource(ModelFolder? made, string? path = null) : IDisposable
    {
        public string Path => path ?? made!.Path;

        public void Dispose() => made?.Dispose();
    }
}
