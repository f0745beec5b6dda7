namespace MuLambda.Cli.Inference;

/// <summary>A request whose feedback counted.</summary>
/// <param name="RequestId">Its id.</param>
internal sealed record Told(string RequestId);
