namespace MuLambda.Benchmarks.Targets;

/// <summary>Finds what is measured.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    /// <summary>The folder of the executor, built as this program is.</summary>
    public static string Executor { get; } =
        Path.Combine(Root, "services", "executor", "MuLambda.Executor", "bin", Configuration, "net10.0");

    /// <summary>The program of another service, built as this one is.</summary>
    /// <param name="name">Such as <c>Selector</c>.</param>
    public static string Service(string name) => Path.Combine(
        Root, "services", name.ToLowerInvariant(), $"MuLambda.{name}", "bin", Configuration, "net10.0", $"MuLambda.{name}.dll");

    public static string NodeServer { get; } = Path.Combine(Root, "benchmarks", "node-server");

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "MuLambda.Aspire.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new DirectoryNotFoundException("The benchmarks do not run inside the repository.");
    }
}
