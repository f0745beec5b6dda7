using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>An estimate as it is answered.</summary>
internal sealed record EstimateBody(
    double RttMs, double WaitMs, double ServiceMs, double LatencyMs, double Accuracy, RttSource RttSource)
{
    public static EstimateBody Of(Estimate estimate) => new(
        Figures.Round(estimate.RttMs), Figures.Round(estimate.WaitMs), Figures.Round(estimate.ServiceMs),
        Figures.Round(estimate.LatencyMs), estimate.Accuracy, (RttSource)estimate.RttSource);
}
