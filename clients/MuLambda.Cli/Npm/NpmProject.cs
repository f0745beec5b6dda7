using System.Security.Cryptography;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;

namespace MuLambda.Cli.Npm;

/// <summary>A program for Node whose packages npm installs once, exactly as its lock file says, into the user's cache.</summary>
/// <param name="console">What this command sees of its process.</param>
/// <param name="source">The program's directory: package.json, package-lock.json and its modules.</param>
/// <param name="needed">What it is needed for, to say so where Node is missing.</param>
internal sealed class NpmProject(CliConsole console, string source, string needed)
{
    private static readonly string[] Manifests = ["package.json", "package-lock.json"];

    /// <summary>Makes the program ready to run and returns its directory.</summary>
    /// <param name="installing">Is told when npm begins to install, and waits for it.</param>
    /// <param name="cancellationToken">Ends npm as well.</param>
    /// <exception cref="CliException">npm is missing or failed.</exception>
    public async Task<string> PrepareAsync(Func<Func<Task>, Task> installing, CancellationToken cancellationToken)
    {
        // Packages lie beside the lock file that they follow; each version of the program lies below them, where Node finds them.
        var packages = Path.Combine(new NpmCache(console, directory: null).Folder, $"program-{await DigestAsync(Manifests, cancellationToken)}");
        if (!Directory.Exists(packages))
        {
            var npm = NpmProgram.Find(console, needed);
            await installing(() => InstallAsync(npm, packages, cancellationToken));
        }

        var modules = Directory.EnumerateFiles(source, "*.mjs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("node_modules", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(source, file))
            .Order(StringComparer.Ordinal)
            .ToArray();
        var program = Path.Combine(packages, await DigestAsync(modules, cancellationToken));
        if (!Directory.Exists(program))
        {
            await CompleteAsync(program, unfinished =>
            {
                Copy(modules, unfinished);
                return Task.CompletedTask;
            });
        }

        return program;
    }

    private Task InstallAsync(NpmProgram npm, string packages, CancellationToken cancellationToken) =>
        CompleteAsync(packages, async unfinished =>
        {
            Copy(Manifests, unfinished);
            await npm.InstallAsync(unfinished, needed, cancellationToken);
        });

    // Commands that prepare at the same time do not meet; the first one's result is everyone's.
    private static async Task CompleteAsync(string directory, Func<string, Task> fill)
    {
        var parent = Path.GetDirectoryName(directory)!;
        var unfinished = Directory.CreateDirectory(Path.Combine(parent, $".{Path.GetRandomFileName()}")).FullName;
        try
        {
            await fill(unfinished);
            Directory.Move(unfinished, directory);
        }
        catch (IOException) when (Directory.Exists(directory))
        {
            // Another command was faster.
            Directory.Delete(unfinished, recursive: true);
        }
        catch
        {
            Directory.Delete(unfinished, recursive: true);
            throw;
        }
    }

    private void Copy(IEnumerable<string> files, string directory)
    {
        foreach (var file in files)
        {
            var target = Path.Combine(directory, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(source, file), target);
        }
    }

    private async Task<string> DigestAsync(IEnumerable<string> files, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{file}\0"));
            hash.AppendData(await File.ReadAllBytesAsync(Path.Combine(source, file), cancellationToken));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
