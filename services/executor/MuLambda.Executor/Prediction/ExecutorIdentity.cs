namespace MuLambda.Executor.Prediction;

/// <summary>The name of this executor in traces: the one it was given, or else its address once it listens.</summary>
internal sealed class ExecutorIdentity
{
    public string Id { get; set; } = Environment.MachineName;
}
