using System.Text.Json;
using MuLambda.Cli.Terminal;
using MuLambda.Client.Tests.Platform;

namespace MuLambda.Cli.Tests.Platform;

/// <summary>The command in this process, in a directory of its own and against a platform of its own.</summary>
internal sealed class CommandLine : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mulambda-cli-");

    private CommandLine(FakePlatform? platform) => PlatformOrNull = platform;

    public sealed record Result(int ExitCode, string Out, string Error)
    {
        public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Out);

        public JsonElement ErrorJson => JsonSerializer.Deserialize<JsonElement>(Error);
    }

    public FakePlatform Platform => PlatformOrNull!;

    public string CurrentDirectory => _directory.FullName;

    public Dictionary<string, string> Environment { get; } = [];

    public string Input { get; set; } = "";

    /// <summary>Whether standard output counts as a terminal, 80 columns wide as nothing here says otherwise.</summary>
    public bool OnTerminal { get; set; }

    private FakePlatform? PlatformOrNull { get; }

    public static async Task<CommandLine> StartAsync(bool withAddresses = true)
    {
        var platform = await FakePlatform.StartAsync();
        var line = new CommandLine(platform);
        if (withAddresses)
        {
            line.Environment["MULAMBDA_REGISTRY"] = line.Environment["MULAMBDA_SELECTOR"] = platform.Address.ToString();
        }

        return line;
    }

    public static CommandLine WithoutPlatform() => new(null);

    public Task<Result> RunAsync(params string[] args) => RunAsync(args, CancellationToken.None);

    public async Task<Result> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var console = new CliConsole(
            output, error, () => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Input)),
            name => Environment.GetValueOrDefault(name), CurrentDirectory, OnTerminal);
        var exitCode = await new MuLambdaCli(console).RunAsync(args, cancellationToken);
        return new Result(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Writes a file into the command's current directory.</summary>
    public string Write(string name, byte[] content)
    {
        var path = Path.Combine(CurrentDirectory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string Write(string name, string content) => Write(name, System.Text.Encoding.UTF8.GetBytes(content));

    public async ValueTask DisposeAsync()
    {
        if (PlatformOrNull is not null)
        {
            await PlatformOrNull.DisposeAsync();
        }

        _directory.Delete(recursive: true);
    }
}
