namespace MuLambda.Cli.Experiments;

/// <summary>A run in the command's JSON.</summary>
internal sealed record LiveFiguresOfRun(
    string Schedule,
    string UseCase,
    int Streams,
    int Size,
    string Network,
    string Policy,
    LiveFigures Live,
    LiveFigures Simulated,
    double MeanDifference,
    double MedianDifference,
    double P95Difference)
{
    public static LiveFiguresOfRun Of(LiveComparison one) => new(
        one.Cell.Schedule.Name,
        one.Cell.UseCase.Name,
        one.Cell.Streams,
        one.Cell.Size,
        one.Cell.Network.Name,
        one.Policy,
        one.Live,
        one.Simulated,
        one.MeanDifference,
        one.MedianDifference,
        one.P95Difference);
}
