using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Testing;
using MuLambda.Hosting.Tests.Fixtures;

namespace MuLambda.Hosting.Tests;

public sealed class EnvironmentTests
{
    [Fact]
    public async Task A_project_listens_on_its_http_endpoint_and_receives_the_conventional_variables()
    {
        await using var host = new Host();
        host.Builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:4317";
        host.AddWeb("web").WithHttpEndpoint(name: "grpc", env: "GRPC_PORT");

        await host.StartAsync();
        await host.UntilHealthyAsync("web");
        using var client = host.App.CreateHttpClient("web");

        (await client.GetStringAsync("/env/ASPNETCORE_URLS")).ShouldBe(host.App.GetEndpoint("web", "http").OriginalString);
        (await client.GetStringAsync("/env/GRPC_PORT")).ShouldBe($"{host.App.GetEndpoint("web", "grpc").Port}");
        (await client.GetStringAsync("/env/OTEL_SERVICE_NAME")).ShouldBe("web");
        (await client.GetStringAsync("/env/OTEL_RESOURCE_ATTRIBUTES")).ShouldStartWith("service.instance.id=web-");
        (await client.GetStringAsync("/env/OTEL_EXPORTER_OTLP_ENDPOINT")).ShouldBe("http://127.0.0.1:4317");
        (await client.GetStringAsync("/env/DOTNET_ENVIRONMENT")).ShouldBe("Development");
        (await client.GetStringAsync("/env/MULAMBDA_HOST_PID")).ShouldBe($"{Environment.ProcessId}");
    }

    [Fact]
    public async Task Each_replica_is_its_own_process_with_its_own_port()
    {
        await using var host = new Host();
        host.AddWeb("pool").WithReplicas(2);

        await host.StartAsync();
        await host.UntilHealthyAsync("pool");
        var urls = host.Endpoints("pool").GetProperty("endpoints").GetProperty("http").EnumerateArray().Select(u => u.GetString()!).ToList();
        using var client = new HttpClient();
        var processes = await Task.WhenAll(urls.Select(url => client.GetStringAsync($"{url}/pid")));
        var instances = await Task.WhenAll(urls.Select(url => client.GetStringAsync($"{url}/env/OTEL_RESOURCE_ATTRIBUTES")));

        urls.Distinct().Count().ShouldBe(2);
        instances.Distinct().Count().ShouldBe(2);
        processes.ShouldBe(host.App.GetProcessIds("pool").Select(id => $"{id}"));
    }

    [Fact]
    public async Task Service_discovery_uses_the_name_the_endpoint_and_the_index()
    {
        await using var host = new Host();
        var pool = host.AddWeb("digit-pool").WithHttpEndpoint(name: "grpc").WithReplicas(2);
        host.AddWeb("user").WithReference(pool).WithReference(pool, "other").WithReference(pool.GetEndpoint("grpc")).WaitFor(pool);

        await host.StartAsync();
        await host.UntilHealthyAsync("user");
        using var client = host.App.CreateHttpClient("user");
        var pooled = host.Endpoints("digit-pool").GetProperty("endpoints");

        foreach (var endpoint in (string[])["http", "grpc"])
        {
            for (var i = 0; i < 2; i++)
            {
                (await client.GetStringAsync($"/env/services__digit-pool__{endpoint}__{i}")).ShouldBe(pooled.GetProperty(endpoint)[i].GetString());
                (await client.GetStringAsync($"/env/services__other__{endpoint}__{i}")).ShouldBe(pooled.GetProperty(endpoint)[i].GetString());
            }
        }
    }

    [Fact]
    public async Task Arguments_and_variables_take_endpoints_parameters_and_text_with_values_in_it()
    {
        await using var host = new Host();
        host.Builder.Configuration["Parameters:size"] = "12";
        host.Builder.Configuration["ConnectionStrings:store"] = "Data Source=x";
        var size = host.Builder.AddParameter("size");
        var store = host.Builder.AddConnectionString("store");
        var web = host.AddWeb("web");
        web.WithArgs("--url", web.GetEndpoint("http"), size)
            .WithArgs(context => context.Args.Add(7))
            .WithEnvironment("PLAIN", "text")
            .WithEnvironment("SELF", web.GetEndpoint("http"))
            .WithEnvironment("SIZE", size)
            .WithEnvironment("MIXED", $"{{{web.GetEndpoint("http").Property(EndpointProperty.HostAndPort)}}} has {size}")
            .WithEnvironment("CALLED", () => "back")
            .WithReference(store);

        await host.StartAsync();
        await host.UntilHealthyAsync("web");
        using var client = host.App.CreateHttpClient("web");
        var url = host.App.GetEndpoint("web");

        (await client.GetStringAsync("/args")).ShouldBe($"""["serve","--url","{url.OriginalString}","12","7"]""");
        (await client.GetStringAsync("/env/PLAIN")).ShouldBe("text");
        (await client.GetStringAsync("/env/SELF")).ShouldBe(url.OriginalString);
        (await client.GetStringAsync("/env/SIZE")).ShouldBe("12");
        (await client.GetStringAsync("/env/MIXED")).ShouldBe($"{{{url.Authority}}} has 12");
        (await client.GetStringAsync("/env/CALLED")).ShouldBe("back");
        (await client.GetStringAsync("/env/ConnectionStrings__store")).ShouldBe("Data Source=x");
        (await host.App.GetConnectionStringAsync("store")).ShouldBe("Data Source=x");
    }

    [Fact]
    public async Task A_missing_parameter_is_named_and_nothing_starts()
    {
        await using var host = new Host();
        host.Builder.AddParameter("token", secret: true);
        host.AddShell("worker", $"touch {host.FilePath("started")}");

        var error = await Should.ThrowAsync<DistributedApplicationException>(host.StartAsync);

        error.Message.ShouldBe("Parameter 'token' has no value. Set Parameters:token (environment variable Parameters__token).");
        File.Exists(host.FilePath("started")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_secret_is_not_shown()
    {
        await using var host = new Host();
        host.Builder.Configuration["Parameters:token"] = "s3cret-value";
        host.AddWeb("web").WithEnvironment("TOKEN", host.Builder.AddParameter("token", secret: true));

        await host.StartAsync();
        await host.UntilHealthyAsync("web");
        await host.UntilOutputAsync("MuLambda is healthy");
        using var client = host.App.CreateHttpClient("web");

        (await client.GetStringAsync("/env/TOKEN")).ShouldBe("s3cret-value");
        host.Output.ShouldNotContain("s3cret-value");
        (await File.ReadAllTextAsync(Path.Combine(host.State, "endpoints.json"))).ShouldNotContain("s3cret-value");
    }

    [Fact]
    public async Task A_project_that_is_not_built_is_named_with_what_to_do()
    {
        await using var host = new Host();
        var project = host.AddWeb("web");
        Directory.Delete(host.FilePath("Served/bin"), recursive: true);

        var error = await Should.ThrowAsync<DistributedApplicationException>(host.StartAsync);

        error.Message.ShouldContain("'web' is not built");
        error.Message.ShouldContain("MuLambda.Hosting.Tests.dll is missing");
        project.Resource.Name.ShouldBe("web");
    }

    [Fact]
    public async Task A_reference_to_an_endpoint_that_is_not_there_is_named()
    {
        await using var host = new Host();
        var web = host.AddWeb("web");
        host.AddShell("user", "exit").WithReference(web.GetEndpoint("admin"));

        (await Should.ThrowAsync<DistributedApplicationException>(host.StartAsync)).Message
            .ShouldBe("'user' refers to endpoint 'admin' of 'web', which has none of that name.");
    }

    [Fact]
    public async Task What_a_callback_throws_fails_its_resource_only()
    {
        await using var host = new Host();
        host.AddShell("odd", "exit").WithEnvironment(_ => throw new InvalidOperationException("no such thing today"));
        host.AddShell("fine", "exec sleep 600");

        await host.StartAsync();
        await host.UntilAsync("odd", KnownResourceStates.FailedToStart);
        await host.UntilHealthyAsync("fine");

        host.Output.ShouldContain("odd failed to start: no such thing today");
    }
}
