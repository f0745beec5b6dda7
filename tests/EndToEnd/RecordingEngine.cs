namespace EndToEnd;

/// <summary>A command in the place of docker that writes down what it was asked to run; its containers live until they are stopped.</summary>
internal sealed class RecordingEngine : IDisposable
{
    private const string Script = """
        #!/bin/sh
        here=$(dirname "$0")
        case $1 in
          run)
            env > "$here/$4.env"
            echo "$*" > "$here/$4.new"
            mv "$here/$4.new" "$here/$4.run"
            trap 'exit 0' TERM
            while [ ! -e "$here/$4.stop" ]; do sleep 0.05; done ;;
          stop) touch "$here/$4.stop" ;;
        esac
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mulambda-engine-");

    public RecordingEngine()
    {
        Command = Path.Combine(_directory.FullName, "engine");
        File.WriteAllText(Command, Script);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Command, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public string Command { get; }

    /// <summary>The command lines of the containers, which are <c>run --rm --name NAME …</c>.</summary>
    public IReadOnlyList<string> Runs =>
        [.. Directory.EnumerateFiles(_directory.FullName, "*.run").Select(file => File.ReadAllText(file).TrimEnd('\n'))];

    /// <summary>The variables that a container's command had.</summary>
    public IReadOnlyList<string> Environment(string run) =>
        File.ReadAllLines(Path.Combine(_directory.FullName, run.Split(' ')[3] + ".env"));

    public void Dispose() => _directory.Delete(recursive: true);
}
