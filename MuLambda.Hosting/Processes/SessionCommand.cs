namespace MuLambda.Hosting.Processes;

/// <summary>
/// <c>setsid</c>, which starts a program in a session of its own: its whole process group can then be
/// signalled, and a Ctrl+C in the terminal reaches the host only, which stops the others in order.
/// </summary>
internal static class SessionCommand
{
    /// <summary>Its path, or null where there is none; then only the processes themselves are signalled.</summary>
    public static string? Path { get; } = OperatingSystem.IsLinux() ? Executables.OnPath("setsid") : null;
}
