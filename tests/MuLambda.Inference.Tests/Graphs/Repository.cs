namespace MuLambda.Inference.Tests.Graphs;

/// <summary>Finds the folders that tests read beside their own.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Models that TensorFlow itself wrote; null where they are not there.</summary>
    public static string? TestData { get; } =
        new[] { Environment.GetEnvironmentVariable("MULAMBDA_TESTDATA"), Path.Combine(Root, "..", "shared", "testdata") }
            .FirstOrDefault(Directory.Exists);

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "MuLambda.Aspire.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
