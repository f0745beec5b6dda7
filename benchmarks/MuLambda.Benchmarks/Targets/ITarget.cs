namespace MuLambda.Benchmarks.Targets;

/// <summary>A way to have a model run.</summary>
internal interface ITarget
{
    /// <summary>What the table calls it.</summary>
    string Name { get; }

    ICaller CreateCaller(Payload payload);
}
