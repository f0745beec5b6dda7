namespace MuLambda.Prober.Tests.Support;

internal static class Deadlines
{
    /// <summary>How long a test waits for what must happen; long, for machines under load.</summary>
    public static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);
}
