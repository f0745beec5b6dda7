using System.Globalization;
using MuLambda.Hosting;
using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Testing;

namespace EndToEnd;

/// <summary>What the AppHost is made of, without the platform running.</summary>
public sealed class AppHostTests
{
    private static readonly string[] Platform = ["registry", "selector", "prober", "scaler", "executor"];

    [Fact]
    public async Task Without_samples_and_containers_it_is_registry_selector_prober_scaler_and_an_executor()
    {
        await using var builder = await CreateAsync("--no-samples", "--container-command", "none");

        builder.Resources.Select(resource => resource.Name).ShouldBe(Platform);
    }

    [Fact]
    public void It_reads_without_using_directives_so_that_it_compiles_against_Aspire_too()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "MuLambda.AppHost", "AppHost.cs"));

        lines.ShouldContain(line => line.Contains("DistributedApplication.CreateBuilder(args)", StringComparison.Ordinal));
        lines.ShouldNotContain(line => line.TrimStart().StartsWith("using ", StringComparison.Ordinal)
            || line.TrimStart().StartsWith("global using ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_a_container_engine_it_runs_dragonfly_and_minio_and_tells_the_registry_where_they_are()
    {
        using var engine = new RecordingEngine();
        using var deadline = new CancellationTokenSource(EndToEnd.Platform.Patience);
        await using var builder = await CreateAsync("--no-samples", "--container-command", engine.Command);
        builder.Configuration["Parameters:store-password"] = "s3cret";
        builder.Resources.Select(resource => resource.Name).Except(Platform)
            .ShouldBe(["dragonfly", "minio", "metadata", "artifacts", "store-password"], ignoreOrder: true);
        await using var app = await builder.BuildAsync(deadline.Token);

        await app.StartAsync(deadline.Token);
        await EndToEnd.Platform.WaitUntilAsync("both containers", () => Task.FromResult(engine.Runs.Count == 2));

        var redis = Port(app, "dragonfly", "redis");
        var dragonfly = engine.Runs.Single(run => run.Contains("/dragonflydb/dragonfly:", StringComparison.Ordinal));
        dragonfly.ShouldContain($" -p 127.0.0.1:{redis}:6379 ");
        dragonfly.ShouldContain(" -e DFLY_requirepass ");
        dragonfly.ShouldContain(" -e DFLY_snapshot_cron ");
        dragonfly.ShouldContain($" -v {Volume(builder, "dragonfly")}:/data ");
        engine.Environment(dragonfly).ShouldContain("DFLY_requirepass=s3cret");
        engine.Environment(dragonfly).ShouldContain("DFLY_snapshot_cron=* * * * *");

        var s3 = Port(app, "minio", "http");
        var minio = engine.Runs.Single(run => run.Contains("/minio/minio:", StringComparison.Ordinal));
        minio.ShouldContain($" -p 127.0.0.1:{s3}:9000 ");
        minio.ShouldContain(" -e MINIO_ROOT_USER ");
        minio.ShouldContain(" -e MINIO_ROOT_PASSWORD ");
        minio.ShouldContain($" -v {Volume(builder, "minio")}:/data ");
        minio.ShouldEndWith(" server /data");
        engine.Environment(minio).ShouldContain("MINIO_ROOT_USER=mulambda");
        engine.Environment(minio).ShouldContain("MINIO_ROOT_PASSWORD=s3cret");
        engine.Runs.ShouldAllBe(run => !run.Contains("s3cret", StringComparison.Ordinal));

        var registry = await EnvironmentAsync(app, builder.Resources.Single(resource => resource.Name == "registry"), deadline.Token);
        registry["ConnectionStrings__metadata"].ShouldBe($"127.0.0.1:{redis},password=s3cret");
        registry["ConnectionStrings__artifacts"].ShouldBe(
            $"Endpoint=http://127.0.0.1:{s3};AccessKey=mulambda;SecretKey=s3cret;Bucket=models");
    }

    [Fact]
    public async Task Two_state_directories_have_two_catalogs_and_the_same_one_keeps_its_own()
    {
        using var engine = new RecordingEngine();
        var states = new[] { "one", "two", "one" }.Select(name => Path.Combine(Path.GetTempPath(), "mulambda-e2e-" + name));
        var volumes = new List<(string Dragonfly, string Minio)>();
        foreach (var state in states)
        {
            await using var builder = await CreateAsync("--state", state, "--no-samples", "--container-command", engine.Command);
            volumes.Add((Volume(builder, "dragonfly"), Volume(builder, "minio")));
        }

        volumes[0].Dragonfly.ShouldStartWith("mulambda-dragonfly-");
        volumes[0].Minio.ShouldStartWith("mulambda-minio-");
        volumes[1].Dragonfly.ShouldNotBe(volumes[0].Dragonfly);
        volumes[1].Minio.ShouldNotBe(volumes[0].Minio);
        volumes[2].ShouldBe(volumes[0]);
    }

    private static Task<IDistributedApplicationTestingBuilder> CreateAsync(params string[] args) =>
        DistributedApplicationTestingBuilder.CreateAsync<Program>(args);

    private static string Port(DistributedApplication app, string resource, string endpoint) =>
        app.GetEndpoint(resource, endpoint).Port.ToString(CultureInfo.InvariantCulture);

    private static string Volume(IDistributedApplicationTestingBuilder builder, string container) =>
        builder.Resources.Single(resource => resource.Name == container).Annotations.OfType<ContainerMountAnnotation>()
            .Single(mount => mount.Target == "/data").Source!;

    private static async Task<Dictionary<string, string?>> EnvironmentAsync(
        DistributedApplication app, IResource resource, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(
            new DistributedApplicationExecutionContext(DistributedApplicationOperation.Run), resource, cancellationToken: cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        var variables = new Dictionary<string, string?>();
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            variables[name] = value is IValueProvider provider ? await provider.GetValueAsync(cancellationToken) : value.ToString();
        }

        return variables;
    }
}
