using MuLambda.Catalog;
using MuLambda.Cli.Commands;

namespace MuLambda.Cli.Inference;

/// <summary>What the platform said of one image, or what went wrong with it.</summary>
/// <param name="File">The image's path as given.</param>
/// <param name="Label">The class with the highest score.</param>
/// <param name="Probability">That score.</param>
/// <param name="Probabilities">The scores of all classes.</param>
/// <param name="Model">The model that answered.</param>
/// <param name="Executor">The executor that answered.</param>
/// <param name="EstimatedMs">The latency the selector expected.</param>
/// <param name="ObservedMs">The latency the selector measured.</param>
/// <param name="ElapsedMs">The latency the command measured, with every retry.</param>
/// <param name="RequestId">The request's id.</param>
/// <param name="Error">What went wrong; then there is no answer.</param>
internal sealed record ImageAnswer(
    string File,
    int? Label = null,
    double? Probability = null,
    IReadOnlyList<double>? Probabilities = null,
    ModelReference? Model = null,
    string? Executor = null,
    double? EstimatedMs = null,
    double? ObservedMs = null,
    double? ElapsedMs = null,
    string? RequestId = null,
    Failure? Error = null);
