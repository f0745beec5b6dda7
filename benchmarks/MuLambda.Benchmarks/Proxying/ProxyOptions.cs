namespace MuLambda.Benchmarks.Proxying;

/// <summary>What is measured, and for how long.</summary>
internal sealed record ProxyOptions
{
    /// <summary>The models, such as <c>digits/digits-cnn</c>.</summary>
    public IReadOnlyList<string> Models { get; init; } = ["digits/digits-cnn", "digits/digits-linear"];

    /// <summary>Connections that wrk keeps busy.</summary>
    public int Connections { get; init; } = 32;

    /// <summary>Threads of wrk.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>How often the targets take turns.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>How long a turn lasts; wrk takes whole seconds.</summary>
    public TimeSpan Slice { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long each target is put under load before: on two busy processors the runtime takes that long to compile what is called often, in steps and beside
    /// the load.
    /// </summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Further arguments of the selector.</summary>
    public IReadOnlyList<string> SelectorArguments { get; init; } = [];
}
