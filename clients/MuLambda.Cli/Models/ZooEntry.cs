using MuLambda.Catalog.Http;

namespace MuLambda.Cli.Models;

/// <summary>A model to push.</summary>
/// <param name="Path">Where it lies, as an absolute path.</param>
/// <param name="Upload">What is declared of it.</param>
internal sealed record ZooEntry(string Path, ModelUpload Upload);
