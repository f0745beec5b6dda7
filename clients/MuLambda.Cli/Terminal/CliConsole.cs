namespace MuLambda.Cli.Terminal;

/// <summary>What the command sees of the process it runs in.</summary>
/// <param name="Out">Standard output: results only.</param>
/// <param name="Error">Standard error: errors and progress.</param>
/// <param name="In">Opens standard input.</param>
/// <param name="Environment">Looks an environment variable up; null where it is not set.</param>
/// <param name="CurrentDirectory">Where relative paths begin.</param>
/// <param name="OutIsTerminal">Whether a person reads standard output.</param>
/// <param name="ErrorIsTerminal">Whether a person reads standard error.</param>
internal sealed record CliConsole(
    TextWriter Out,
    TextWriter Error,
    Func<Stream> In,
    Func<string, string?> Environment,
    string CurrentDirectory,
    bool OutIsTerminal = false,
    bool ErrorIsTerminal = false)
{
    public static CliConsole OfProcess() => new(
        Console.Out,
        Console.Error,
        Console.OpenStandardInput,
        System.Environment.GetEnvironmentVariable,
        System.Environment.CurrentDirectory,
        !Console.IsOutputRedirected,
        !Console.IsErrorRedirected);

    /// <summary>A path as the user means it.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, CurrentDirectory);
}
