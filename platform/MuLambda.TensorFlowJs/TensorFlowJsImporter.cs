using Google.Protobuf;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;
using MuLambda.TensorFlowJs.Graphs;
using MuLambda.TensorFlowJs.Json;
using MuLambda.TensorFlowJs.Signatures;
using MuLambda.TensorFlowJs.Weights;

namespace MuLambda.TensorFlowJs;

/// <summary>
/// Turns TensorFlow.js graph models into SavedModels: the graph stays as it is, the weights become its <c>Const</c> nodes (quantised
/// ones restored to the type of their node), and the signature becomes <c>serving_default</c>. The files are taken for hostile.
/// </summary>
/// <remarks>
/// TensorFlow.js calls tensors <c>input:0</c> or <c>Identity:0</c>. A signature's caller sees them without the <c>:0</c>, unless
/// another input (or output) has that name already. A model without a signature takes its placeholders and
/// answers with every tensor that no node reads, each under its node's name.
/// </remarks>
public static class TensorFlowJsImporter
{
    private const string ModelFile = "model.json";
    private const string SavedModelFile = "saved_model.pb";
    private const string Signature = "serving_default";
    private const string PredictMethod = "tensorflow/serving/predict";

    /// <summary>Imports a model.</summary>
    /// <param name="model">Its JSON file, or a directory with a <c>model.json</c>. The weight files lie beside it or below.</param>
    /// <param name="savedModel">The directory to write; it must not be there yet, or be empty.</param>
    /// <param name="limits">How large the model may be; <see cref="TensorFlowJsLimits.Default"/> when null.</param>
    /// <returns>What was written. When the import fails, no SavedModel is left behind.</returns>
    /// <exception cref="TensorFlowJsException">The model cannot be imported; the message says what and where.</exception>
    /// <exception cref="IOException">The directory cannot be written, or holds something.</exception>
    public static ImportedModel Import(string model, string savedModel, TensorFlowJsLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        ArgumentException.ThrowIfNullOrEmpty(savedModel);
        if (Directory.Exists(savedModel) && Directory.EnumerateFileSystemEntries(savedModel).Any())
        {
            throw new IOException($"{savedModel} is not empty.");
        }

        var graph = Read(model, limits ?? TensorFlowJsLimits.Default);
        Directory.CreateDirectory(savedModel);
        var file = Path.Combine(savedModel, SavedModelFile);
        var unfinished = file + ".part";
        try
        {
            using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
            {
                graph.WriteTo(stream);
            }

            File.Move(unfinished, file, overwrite: false);
        }
        finally
        {
            File.Delete(unfinished);
        }

        var signature = graph.MetaGraphs[0].SignatureDef[Signature];
        return new ImportedModel(file, new FileInfo(file).Length, Describe(signature.Inputs), Describe(signature.Outputs));
    }

    /// <summary>The files that a model's weights lie in, for whoever has to bring them to the disk first.</summary>
    /// <param name="model">Its JSON file, or a directory with a <c>model.json</c>.</param>
    /// <param name="limits">How large the model may be; <see cref="TensorFlowJsLimits.Default"/> when null.</param>
    /// <returns>Their paths from the JSON file's directory, with slashes; none leads out of it.</returns>
    /// <exception cref="TensorFlowJsException">The file does not tell them; the message says what is wrong and where.</exception>
    public static IReadOnlyList<string> WeightFiles(string model, TensorFlowJsLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        limits ??= TensorFlowJsLimits.Default;
        using var json = ModelJson.Open(FileOf(model), limits.MaxJsonBytes);
        return [.. WeightManifest.Read(json.Root.Required("weightsManifest"), limits)
            .SelectMany(group => group.Shards)
            .Select(ShardFiles.CheckedPath)
            .Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The SavedModel of a TensorFlow.js model.</summary>
    internal static SavedModel Read(string model, TensorFlowJsLimits limits)
    {
        var file = FileOf(model);
        using var json = ModelJson.Open(file, limits.MaxJsonBytes);
        var graph = GraphReader.Read(json.Root, limits);
        var weights = WeightManifest.Read(json.Root.Required("weightsManifest"), limits);
        WeightLoader.Load(graph, weights, Path.GetDirectoryName(Path.GetFullPath(file))!, limits);
        var signature = SignatureReader.Read(json.Root, graph.Definition);
        signature.MethodName = PredictMethod;
        var meta = new MetaGraphDef
        {
            MetaInfoDef = new MetaGraphDef.Types.MetaInfoDef { Tags = { "serve" } },
            GraphDef = graph.Definition,
            SignatureDef = { [Signature] = signature },
        };
        return new SavedModel { SavedModelSchemaVersion = 1, MetaGraphs = { meta } };
    }

    private static string FileOf(string model) => Directory.Exists(model) ? Path.Combine(model, ModelFile) : model;

    private static List<TensorSignature> Describe(IEnumerable<KeyValuePair<string, TensorInfo>> tensors) =>
        [.. tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal).Select(tensor => new TensorSignature(
            tensor.Key,
            tensor.Value.Dtype,
            tensor.Value.TensorShape is { UnknownRank: false } shape ? [.. shape.Dim.Select(dim => dim.Size)] : null))];
}
