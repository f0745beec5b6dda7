using System.Net;
using MuLambda.Catalog;
using MuLambda.Registry.Models.Inspection;
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
    public static async Task<(ModelFormat Format, IReadOnlyList<ModelSignature> Signatures)> InspectAsync(
        string root, long maxFileBytes, int seconds, CancellationToken cancellationToken)
    {
        var answer = await InspectionProcess.RunAsync(root, Math.Min(maxFileBytes, int.MaxValue), seconds, cancellationToken);
        if (answer.Fault is { } fault)
        {
            throw new InvalidOperationException($"Models cannot be inspected: {fault}");
        }

        if (answer.Refusal is { } refusal)
        {
            // Where it was unpacked is nobody's business.
            var detail = refusal
                .Replace(root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
                .Replace(root, "The archive", StringComparison.Ordinal);
            throw new ProblemException(HttpStatusCode.UnprocessableEntity, $"This is not a loadable model. {detail}");
        }

        return (answer.Format, answer.Signatures);
    }
}
