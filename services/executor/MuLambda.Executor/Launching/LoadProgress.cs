namespace MuLambda.Executor.Launching;

/// <summary>Who is told how the loading of a version goes.</summary>
/// <param name="Waiting">Told what is waited for.</param>
/// <param name="Reached">Told which phase begins.</param>
/// <param name="Translated">Told how long the translation took, once it is loaded; not told where there was none.</param>
internal sealed record LoadProgress(Action<string> Waiting, Action<LoadPhase> Reached, Action<TimeSpan> Translated)
{
    /// <summary>Nobody.</summary>
    public static LoadProgress Untold { get; } = new(static _ => { }, static _ => { }, static _ => { });
}
