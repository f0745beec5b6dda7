namespace MuLambda.Cli.Terminal;

/// <summary>What was deleted.</summary>
/// <param name="Id">Its id; a model's is <c>name@version</c>.</param>
internal sealed record Deleted(string Id);
