using System.Reflection;
using Microsoft.Extensions.Hosting;

namespace MuLambda.Hosting.Testing;

/// <summary>
/// Starts an AppHost from a test. Without <c>--state</c> among the arguments the application has a state directory of its own,
/// which is removed with it; the resources' logs are in <c>host.log</c> there.
/// </summary>
public static class DistributedApplicationTestingBuilder
{
    private static readonly TimeSpan ProgramDeadline = TimeSpan.FromMinutes(1);

    /// <summary>Runs an AppHost's program up to Build.</summary>
    /// <typeparam name="TEntryPoint">A type of the AppHost's assembly, such as its Program.</typeparam>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>([], cancellationToken);

    /// <summary>Runs an AppHost's program up to Build.</summary>
    /// <typeparam name="TEntryPoint">A type of the AppHost's assembly, such as its Program.</typeparam>
    /// <param name="args">The command line.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class => RunProgramAsync(typeof(TEntryPoint), args, cancellationToken);

    /// <summary>Runs an AppHost's program up to Build.</summary>
    /// <param name="entryPoint">A type of the AppHost's assembly, such as its Program.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(Type entryPoint, CancellationToken cancellationToken = default) =>
        CreateAsync(entryPoint, [], cancellationToken);

    /// <summary>Runs an AppHost's program up to Build.</summary>
    /// <param name="entryPoint">A type of the AppHost's assembly, such as its Program.</param>
    /// <param name="args">The command line.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DistributedApplicationException">The command line is wrong, or the program ended without Build.</exception>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync(Type entryPoint, string[] args, CancellationToken cancellationToken = default) =>
        RunProgramAsync(entryPoint, args, cancellationToken);

    private static async Task<IDistributedApplicationTestingBuilder> RunProgramAsync(Type entryPoint, string[] args, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entryPoint);
        ArgumentNullException.ThrowIfNull(args);
        var main = entryPoint.Assembly.EntryPoint
            ?? throw new ArgumentException($"{entryPoint.Assembly.GetName().Name} is no program.", nameof(entryPoint));
        var own = args.Any(a => a == "--state" || a.StartsWith("--state=", StringComparison.Ordinal))
            ? null
            : Directory.CreateTempSubdirectory("mulambda-").FullName;
        var interception = new AppHostInterception(entryPoint.Assembly, own is null ? args : [.. args, "--state", own]);
        try
        {
            await Task.Run(() => RunAsync(main, interception), cancellationToken).WaitAsync(ProgramDeadline, cancellationToken);
            var reached = interception.Reached
                ?? throw new DistributedApplicationException($"{entryPoint.Assembly.GetName().Name} ended without having called Build.");
            return new TestingBuilder(reached, own);
        }
        catch when (own is not null)
        {
            Directory.Delete(own, recursive: true);
            throw;
        }
    }

    private static async Task RunAsync(MethodInfo main, AppHostInterception interception)
    {
        // This flow only: other tests may do the same meanwhile.
        AppHostInterception.Current = interception;
        try
        {
            var result = main.Invoke(
                null,
                BindingFlags.DoNotWrapExceptions,
                binder: null,
                main.GetParameters().Length == 0 ? [] : [interception.Args],
                culture: null);
            if (result is Task task)
            {
                await task;
            }
        }
        catch (HostAbortedException) when (interception.Reached is not null)
        {
            // This is where Build ended the program.
        }
    }
}
