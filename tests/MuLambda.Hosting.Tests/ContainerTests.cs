using System.Runtime.Versioning;
using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Tests.Fixtures;

namespace MuLambda.Hosting.Tests;

[UnsupportedOSPlatform("windows")]
public sealed class ContainerTests
{
    // Writes down each call; "run" stays until it is told to stop.
    private const string Engine = """
        #!/bin/sh
        here=$(dirname "$0")
        echo "$*" >> "$here/calls"
        case $1 in
          run) echo "token is $TOKEN"; echo $$ > "$here/running"; trap 'exit 0' TERM; while [ ! -e "$here/stop" ]; do sleep 0.05; done ;;
          stop) touch "$here/stop" ;;
        esac
        """;

    [Fact]
    public async Task A_container_is_run_attached_with_ports_variables_and_mounts_and_is_stopped_by_the_engine()
    {
        using var engine = new StandIn(Engine);
        await using var host = new Host("--container-command", engine.Path);
        host.Builder.Configuration["MuLambda:Containers"].ShouldBe("true");
        host.Builder.Configuration["Parameters:token"] = "s3cret";
        var cache = host.Builder.AddContainer("cache", "example.org/cache", "1.2")
            .WithEndpoint(targetPort: 6379, name: "tcp")
            .WithEnvironment("TOKEN", host.Builder.AddParameter("token", secret: true))
            .WithEnvironment("HOME", "/data")
            .WithVolume("cache-data", "/data")
            .WithBindMount("conf", "/etc/cache", isReadOnly: true)
            .WithEntrypoint("/bin/cache")
            .WithArgs("--threads", "2");
        var store = host.Builder.AddConnectionString(
            "store", ReferenceExpression.Create($"{cache.GetEndpoint("tcp").Property(EndpointProperty.HostAndPort)},abortConnect=false"));
        host.AddShell("user", "echo store is $ConnectionStrings__store; exec sleep 600").WithReference(store).WaitFor(cache);

        await host.StartAsync();
        await host.UntilOutputAsync("cache | token is s3cret");
        var port = new Uri(host.Endpoints("cache").GetProperty("endpoints").GetProperty("tcp")[0].GetString()!).Port;
        await host.UntilOutputAsync($"user  | store is 127.0.0.1:{port},abortConnect=false");
        var run = engine.Calls.Single(c => c.StartsWith("run ", StringComparison.Ordinal));
        await host.App.StopAsync(host.Deadline);

        var name = run.Split(' ')[3];
        name.ShouldStartWith("mulambda-cache-");
        run.ShouldStartWith($"run --rm --name {name} -p 127.0.0.1:{port}:6379 ");
        run.ShouldContain(" -e TOKEN ");
        run.ShouldContain(" -e HOME=/data ");
        run.ShouldNotContain("s3cret");
        run.ShouldEndWith($" -v cache-data:/data -v {host.FilePath("conf")}:/etc/cache:ro --entrypoint /bin/cache example.org/cache:1.2 --threads 2");
        engine.Calls[..2].ShouldBe(["info", $"rm -f {name}"]);
        engine.Calls.Count(c => c.StartsWith("stop -t ", StringComparison.Ordinal) && c.EndsWith(name, StringComparison.Ordinal)).ShouldBe(1);
        engine.Calls[^1].ShouldBe($"rm -f {name}");
        File.Exists(engine.File("running")).ShouldBeTrue();
    }

    [Fact]
    public async Task An_engine_whose_server_does_not_answer_is_none()
    {
        using var engine = new StandIn("#!/bin/sh\nexit 1\n");
        await using var host = new Host("--container-command", engine.Path);

        host.Builder.Configuration["MuLambda:Containers"].ShouldBe("false");
    }

    [Fact]
    public async Task An_engine_that_hangs_is_none_after_a_short_while()
    {
        using var engine = new StandIn("#!/bin/sh\nexec sleep 600\n");
        var before = TimeProvider.System.GetTimestamp();
        await using var host = new Host("--container-command", engine.Path);

        TimeProvider.System.GetElapsedTime(before).ShouldBeLessThan(TimeSpan.FromSeconds(20));
        host.Builder.Configuration["MuLambda:Containers"].ShouldBe("false");
    }

    [Fact]
    public async Task Without_an_engine_a_container_is_refused_by_name()
    {
        await using var host = new Host();
        host.Builder.AddContainer("cache", "example.org/cache", "1.2");

        (await Should.ThrowAsync<DistributedApplicationException>(host.StartAsync)).Message
            .ShouldBe("'cache' is a container, and no container engine (docker, podman) answers.");
    }

    private sealed class StandIn : IDisposable
    {
        private readonly string _directory = Directory.CreateTempSubdirectory("engine-").FullName;

        public StandIn(string script)
        {
            Path = File("engine");
            System.IO.File.WriteAllText(Path, script);
            System.IO.File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        public string Path { get; }

        public string[] Calls => System.IO.File.ReadAllLines(File("calls"));

        public string File(string name) => System.IO.Path.Combine(_directory, name);

        public void Dispose() => Directory.Delete(_directory, recursive: true);
    }
}
