namespace MuLambda.Hosting.Processes;

/// <summary>A program to run: absolute path, arguments, directory, and what is added to the environment.</summary>
internal sealed record ProcessCommand(
    string FileName,
    IReadOnlyList<string> Arguments,
    string WorkingDirectory,
    IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Ends it politely in place of SIGTERM, within the time it is given; null for SIGTERM.</summary>
    public Func<TimeSpan, Task>? Stop { get; init; }

    /// <summary>Removes what an earlier run may have left, and what this one has; null for nothing.</summary>
    public Func<Task>? CleanUp { get; init; }
}
