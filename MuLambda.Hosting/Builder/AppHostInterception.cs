using System.Reflection;

namespace MuLambda.Hosting;

/// <summary>
/// Lets a test run an AppHost's program up to <see cref="IDistributedApplicationBuilder.Build"/>: the builder created in
/// the flow that holds an interception is handed over there, and the program goes no further.
/// </summary>
internal sealed class AppHostInterception(Assembly appHost, string[] args)
{
    private static readonly AsyncLocal<AppHostInterception?> Ambient = new();

    public static AppHostInterception? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    public Assembly AppHost { get; } = appHost;

    public string[] Args { get; } = args;

    /// <summary>The builder, once the program has reached Build.</summary>
    public DistributedApplicationBuilder? Reached { get; set; }
}
