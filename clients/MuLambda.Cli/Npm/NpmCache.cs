using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;

namespace MuLambda.Cli.Npm;

/// <summary>Archives of packages, fetched by npm once. What lies in the cache is checked whenever it is used.</summary>
/// <param name="console">What this command sees of its process.</param>
/// <param name="directory">Where the archives are kept; null for the user's cache directory.</param>
internal sealed class NpmCache(CliConsole console, string? directory)
{
    /// <summary>Where the archives are kept.</summary>
    public string Folder { get; } = directory is null ? DefaultDirectory(console) : console.Resolve(directory);

    /// <summary>The package's archive.</summary>
    /// <param name="package">The package.</param>
    /// <param name="fetching">Is told when npm begins to fetch, and waits for it.</param>
    /// <param name="cancellationToken">Ends npm as well.</param>
    /// <exception cref="CliException">npm is missing or failed, or what it fetched is something else.</exception>
    public async Task<string> GetAsync(
        NpmPackage package, Func<Func<Task>, Task> fetching, CancellationToken cancellationToken)
    {
        var archive = Path.Combine(Folder, package.FileName);
        if (File.Exists(archive) && await package.IsArchiveAsync(archive, cancellationToken))
        {
            return archive;
        }

        var npm = NpmProgram.Find(console, package.Id);
        await fetching(() => FetchAsync(npm, package, archive, cancellationToken));
        return archive;
    }

    private async Task FetchAsync(NpmProgram npm, NpmPackage package, string archive, CancellationToken cancellationToken)
    {
        // A folder of its own, so that commands that fetch at the same time do not meet; it takes the archive's place whole.
        var unfinished = Directory.CreateDirectory(Path.Combine(Folder, $".{Path.GetRandomFileName()}"));
        try
        {
            await npm.PackAsync(package.Id, unfinished.FullName, cancellationToken);
            if (unfinished.EnumerateFiles("*.tgz").Take(2).ToArray() is not [var fetched])
            {
                throw new CliException(ExitCodes.Failed, $"npm wrote no archive of {package.Id}.");
            }

            if (!await package.IsArchiveAsync(fetched.FullName, cancellationToken))
            {
                throw new CliException(
                    ExitCodes.Failed, $"What npm fetched as {package.Id} is not the package the zoo means: its digest is not {package.Integrity}.");
            }

            fetched.MoveTo(archive, overwrite: true);
        }
        finally
        {
            unfinished.Delete(recursive: true);
        }
    }

    private static string DefaultDirectory(CliConsole console)
    {
        var caches = console.Environment("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathFullyQualified(xdg)
            ? xdg
            : OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Path.Combine(console.Environment("HOME") is { Length: > 0 } home ? home : Path.GetTempPath(), ".cache");
        return Path.Combine(caches, "mulambda", "npm");
    }
}
