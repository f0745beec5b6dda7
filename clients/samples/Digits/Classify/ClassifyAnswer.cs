using MuLambda.Client;

namespace Digits.Classify;

/// <summary>What <c>POST /classify</c> answers.</summary>
/// <param name="Label">The digit.</param>
/// <param name="Probability">How sure the model is of it.</param>
/// <param name="Probabilities">How sure the model is of each digit.</param>
/// <param name="LatencyMs">How long the inference took as the application saw it, in milliseconds.</param>
/// <param name="Decision">Which executor and model answered, and why.</param>
internal sealed record ClassifyAnswer(
    int Label, double Probability, IReadOnlyList<double> Probabilities, double LatencyMs, Decision Decision);
