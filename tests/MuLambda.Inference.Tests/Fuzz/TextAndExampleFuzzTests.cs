using System.Text;
using MuLambda.Inference.Tests.Graphs;
using Xunit.Abstractions;

namespace MuLambda.Inference.Tests.Fuzz;

/// <summary>Damaged text of a SavedModel and damaged examples are refused, or do no harm.</summary>
public sealed class TextAndExampleFuzzTests(ITestOutputHelper output)
{
    private const string Text =
        """
        saved_model_schema_version: 1
        meta_graphs {
          meta_info_def { tags: "serve" }
          graph_def {
            node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } }
            node { name: "c" op: "Const" attr { key: "dtype" value { type: DT_FLOAT } } attr { key: "value" value { tensor { dtype: DT_FLOAT tensor_shape { dim { size: 2 } } tensor_content: "\000\000\200?\000\000\000@" } } } }
            node { name: "y" op: "AddV2" input: "x" input: "c" }
          }
          signature_def { key: "serving_default" value { inputs { key: "x" value { name: "x:0" dtype: DT_FLOAT tensor_shape { dim { size: -1 } dim { size: 2 } } } } outputs { key: "y" value { name: "y:0" dtype: DT_FLOAT } } } }
        }
        """;

    [Fact]
    public void Damaged_text_never_gets_further_than_the_loader()
    {
        using var target = new ModelTarget("saved_model.pbtxt");
        var bytes = Encoding.UTF8.GetBytes(Text);
        target.Try(bytes).ShouldBeNull();
        new FuzzCampaign("saved model text", 500, output.WriteLine).Run(r => ByteMutator.Damage(bytes, r), target.Try).ShouldBeGreaterThan(.3);
    }

    [Fact]
    public void Damaged_examples_are_refused_as_invalid_input()
    {
        using var model = Load();
        // Example: features 1; Features: feature 1, a map; Feature: float_list 2; FloatList: value 1.
        byte[] example = [0x0a, 14, 0x0a, 12, 0x0a, 1, (byte)'f', 0x12, 7, 0x12, 5, 0x0d, 0, 0, 0, 0x40];
        Run(model, example).ShouldBeNull();
        var messages = new ProtoMutator(example);
        new FuzzCampaign("examples", 1000, output.WriteLine).Run(
            r => r.Next(2) == 0 ? ByteMutator.Damage(example, r) : messages.Damage(r), damaged => Run(model, damaged)).ShouldBeGreaterThan(.2);
    }

    [Fact]
    public void Examples_that_are_declared_something_else_than_strings_are_refused()
    {
        var builder = Samples.Functions();
        builder.Meta.SignatureDef["regress"].Inputs["inputs"].Dtype = Protocol.TensorFlow.DataType.DtInt8;
        using var target = new ModelTarget("saved_model.pb");
        new BundleWriter().Add("w", Tensor.From<float>([2], [1])).Save(target.Folder);
        target.Try(builder.ToBytes()).ShouldNotBeNull().ShouldContain("signature regress: input inputs is int8, but ");
    }

    private static LoadedModel Load()
    {
        using var folder = Samples.Functions().Save();
        new BundleWriter().Add("w", Tensor.From<float>([2], [1])).Save(folder);
        return ModelLoader.Load(folder.Path);
    }

    private static string? Run(LoadedModel model, byte[] example)
    {
        using var serialized = Tensor.FromStrings([example], [1]);
        try
        {
            using var outputs = model.Run("regress", new Dictionary<string, Tensor> { ["inputs"] = serialized });
            return null;
        }
        catch (InferenceException e)
        {
            e.Error.ShouldBeOneOf(InferenceError.InvalidInput, InferenceError.TooLarge);
            e.Message.ShouldContain("inputs");
            return e.Message;
        }
    }
}
