using System.Text.Json.Nodes;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.TensorFlowJs.Tests.Models;

/// <summary>A TensorFlow.js model in a directory of its own: <c>y = x + w</c> with one weight, until a test changes it.</summary>
internal sealed class JsModel : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("mulambda-tfjs-");

    public JsModel()
    {
        Write("weights.bin", [0, 0, 128, 63, 0, 0, 0, 64]);
        Json = JsonNode.Parse(
            """
            {
              "format": "graph-model",
              "modelTopology": {
                "node": [
                  {"name": "x", "op": "Placeholder", "attr": {"dtype": {"type": "DT_FLOAT"}, "shape": {"shape": {"dim": [{"size": "-1"}, {"size": "2"}]}}}},
                  {"name": "w", "op": "Const", "attr": {"dtype": {"type": "DT_FLOAT"}, "value": {"tensor": {"dtype": "DT_FLOAT", "tensorShape": {"dim": [{"size": "2"}]}}}}},
                  {"name": "y", "op": "AddV2", "input": ["x", "w"], "attr": {"T": {"type": "DT_FLOAT"}}}
                ],
                "library": {},
                "versions": {"producer": 987}
              },
              "weightsManifest": [{"paths": ["weights.bin"], "weights": [{"name": "w", "shape": [2], "dtype": "float32"}]}]
            }
            """)!.AsObject();
    }

    public JsonObject Json { get; }

    public string Folder => directory.FullName;

    public string File => Path.Combine(Folder, "model.json");

    public string Out => Path.Combine(Folder, "saved");

    public JsonObject Weight => Json["weightsManifest"]![0]!["weights"]![0]!.AsObject();

    public void Write(string name, byte[] content)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, content);
    }

    /// <summary>Declares the one weight's type, stored bytes and, where its constant has another, the constant's type.</summary>
    public JsModel Stored(string dtype, int[] shape, byte[] content, string? quantization = null, string? constant = null)
    {
        Weight["dtype"] = dtype;
        Weight["shape"] = new JsonArray([.. shape.Select(size => (JsonNode)size)]);
        if (quantization is not null)
        {
            Weight["quantization"] = JsonNode.Parse(quantization);
        }

        Node("w")["attr"]!["dtype"] = constant is null ? null : new JsonObject { ["type"] = constant };
        if (constant is null)
        {
            Node("w")["attr"]!.AsObject().Remove("dtype");
        }

        Write("weights.bin", content);
        return this;
    }

    public JsonObject Node(string name) => Nodes.Single(node => (string?)node!["name"] == name)!.AsObject();

    public JsonArray Nodes => Json["modelTopology"]!["node"]!.AsArray();

    public SavedModel Read(TensorFlowJsLimits? limits = null)
    {
        Save();
        return TensorFlowJsImporter.Read(Folder, limits ?? TensorFlowJsLimits.Default);
    }

    /// <summary>The constant <c>w</c> as imported.</summary>
    public TensorProto ReadWeight() => Read().MetaGraphs[0].GraphDef.Node.Single(node => node.Name == "w").Attr["value"].Tensor;

    public SignatureDef ReadSignature() => Read().MetaGraphs[0].SignatureDef["serving_default"];

    /// <summary>The complaint of an import that has to fail.</summary>
    public string Refusal(TensorFlowJsLimits? limits = null) => Should.Throw<TensorFlowJsException>(() => Read(limits)).Message;

    public void Save() => System.IO.File.WriteAllText(File, Json.ToJsonString());

    public void Dispose() => directory.Delete(recursive: true);
}
