using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace MuLambda.Cli.Experiments;

/// <summary>A host within the command does not listen to signals: the command does, and ends it.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public static void Replace(IServiceCollection services) => services.RemoveAll<IHostLifetime>().AddSingleton<IHostLifetime, NoLifetime>();

    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
