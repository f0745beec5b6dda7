using MuLambda.Cli.Commands;

namespace MuLambda.Cli.Experiments;

/// <summary>The repository that this command was built in: live experiments run the services from its build output.</summary>
internal static class RepositoryOutput
{
    private const string Solution = "MuLambda.Aspire.sln";

    /// <summary>The repository's root.</summary>
    /// <exception cref="CliException">The command does not lie in a repository.</exception>
    public static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, Solution)))
            {
                return directory.FullName;
            }
        }

        throw CliException.Usage(
            $"--live runs the services from the repository's build output, and {AppContext.BaseDirectory} is in no folder with {Solution}.");
    }
}
