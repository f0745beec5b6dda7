using System.Net;
using MuLambda.Catalog;
using MuLambda.Inference;
using MuLambda.Registry.Problems;

namespace MuLambda.Registry.Models;

/// <summary>Finds the model among unpacked files and asks whether it can be loaded.</summary>
internal static class ModelInspector
{
    private const int MaxWrapping = 8;

    /// <summary>The directory that holds the model's files: directories that hold nothing but one other are peeled off.</summary>
    public static string FindRoot(string directory)
    {
        for (var i = 0; i < MaxWrapping; i++)
        {
            if (Directory.EnumerateFiles(directory).Any()
                || Directory.EnumerateDirectories(directory).Take(2).ToArray() is not [var only])
            {
                break;
            }

            directory = only;
        }

        return directory;
    }

    /// <exception cref="ProblemException">It is not a loadable model.</exception>
    public static (ModelFormat Format, IReadOnlyList<ModelSignature> Signatures) Inspect(string root, long maxFileBytes)
    {
        try
        {
            var limits = ModelLimits.Default with { MaxFileBytes = Math.Min(maxFileBytes, int.MaxValue) };
            var model = ModelLoader.Inspect(root, limits);
            var format = model.Format == ModelFormats.Onnx ? ModelFormat.Onnx : ModelFormat.SavedModel;
            return (format, [.. model.Signatures.Select(Convert)]);
        }
        catch (ModelFormatException exception)
        {
            // Where it was unpacked is nobody's business.
            var detail = exception.Message
                .Replace(root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
                .Replace(root, "The archive", StringComparison.Ordinal);
            throw new ProblemException(HttpStatusCode.UnprocessableEntity, $"This is not a loadable model. {detail}");
        }
    }

    private static ModelSignature Convert(SignatureDescription signature) => new(
        signature.Name, [.. signature.Inputs.Select(Convert)], [.. signature.Outputs.Select(Convert)]);

    private static Catalog.TensorSpec Convert(Inference.TensorSpec tensor) =>
        new(tensor.Name, tensor.DType.Name(), tensor.Shape);
}
