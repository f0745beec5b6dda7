using MuLambda.Protocol.TensorFlow;
using MuLambda.TensorFlowJs.Tests.Models;

namespace MuLambda.TensorFlowJs.Tests;

public sealed class ImportTests : IDisposable
{
    private readonly JsModel model = new();

    public void Dispose() => model.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("model.json")]
    public void A_directory_or_its_json_file_becomes_a_SavedModel_for_serving(string name)
    {
        model.Save();

        var imported = TensorFlowJsImporter.Import(Path.Combine(model.Folder, name), model.Out);

        imported.File.ShouldBe(Path.Combine(model.Out, "saved_model.pb"));
        imported.Bytes.ShouldBe(new FileInfo(imported.File).Length);
        imported.Inputs.ShouldHaveSingleItem().Shape.ShouldBe([-1, 2]);
        imported.Outputs.ShouldHaveSingleItem().Name.ShouldBe("y");
        Directory.EnumerateFileSystemEntries(model.Out).ShouldBe([imported.File]);
        var saved = SavedModel.Parser.ParseFrom(File.ReadAllBytes(imported.File));
        saved.SavedModelSchemaVersion.ShouldBe(1);
        var meta = saved.MetaGraphs.ShouldHaveSingleItem();
        meta.MetaInfoDef.Tags.ShouldBe(["serve"]);
        meta.SignatureDef.Keys.ShouldBe(["serving_default"]);
        meta.GraphDef.Versions.Producer.ShouldBe(987);
        meta.GraphDef.Node.Select(node => node.Op).ShouldBe(["Placeholder", "Const", "AddV2"]);
        meta.GraphDef.Node[2].Input.ShouldBe(["x", "w"]);
    }

    [Fact]
    public void Attributes_keep_their_values()
    {
        model.Node("y")["attr"]!["strides"] = System.Text.Json.Nodes.JsonNode.Parse("""{"list": {"i": ["1", "2"]}}""");
        model.Node("y")["attr"]!["padding"] = System.Text.Json.Nodes.JsonNode.Parse("""{"s": "U0FNRQ=="}""");
        model.Node("y")["attr"]!["epsilon"] = System.Text.Json.Nodes.JsonNode.Parse("""{"f": 0.001}""");
        model.Node("y")["attr"]!["is_training"] = System.Text.Json.Nodes.JsonNode.Parse("""{"b": false}""");

        var attributes = model.Read().MetaGraphs[0].GraphDef.Node[2].Attr;

        attributes["strides"].List.I.ShouldBe([1, 2]);
        attributes["padding"].S.ToStringUtf8().ShouldBe("SAME");
        attributes["epsilon"].F.ShouldBe(0.001f);
        attributes["is_training"].ValueCase.ShouldBe(AttrValue.ValueOneofCase.B);
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        model.Save();
        File.WriteAllText(model.File, File.ReadAllText(model.File), new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        TensorFlowJsImporter.Read(model.File, TensorFlowJsLimits.Default).MetaGraphs.Count.ShouldBe(1);
    }

    [Fact]
    public void A_directory_that_holds_something_is_not_touched()
    {
        model.Save();
        model.Write("saved/precious.txt", "mine"u8.ToArray());

        Should.Throw<IOException>(() => TensorFlowJsImporter.Import(model.Folder, model.Out)).Message.ShouldContain("is not empty");
        Directory.EnumerateFiles(model.Out).Count().ShouldBe(1);
    }

    [Fact]
    public void A_refused_model_leaves_nothing_behind()
    {
        model.Write("weights.bin", []);
        model.Save();

        Should.Throw<TensorFlowJsException>(() => TensorFlowJsImporter.Import(model.Folder, model.Out));

        Directory.Exists(model.Out).ShouldBeFalse();
    }

    [Fact]
    public void A_model_that_is_not_there_is_named()
    {
        var nowhere = Path.Combine(model.Folder, "nowhere");

        Should.Throw<TensorFlowJsException>(() => TensorFlowJsImporter.Import(nowhere, model.Out)).Message.ShouldStartWith(nowhere);
    }
}
