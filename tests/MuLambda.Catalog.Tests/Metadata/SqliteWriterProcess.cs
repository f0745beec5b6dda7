using System.Diagnostics;
using System.Text;
using MuLambda.Catalog.Metadata;
using MuLambda.Catalog.Metadata.Sqlite;

namespace MuLambda.Catalog.Tests.Metadata;

/// <summary>A process that writes to a store without end and prints the id of each write that was acknowledged.</summary>
internal static class SqliteWriterProcess
{
    public static Process Start(string database)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } p && p.EndsWith("dotnet", StringComparison.Ordinal) ? p : "dotnet")
        {
            ArgumentList = { typeof(SqliteWriterProcess).Assembly.Location, "write", database },
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }

    public static async Task RunAsync(string path)
    {
        var store = SqliteMetadataStore.Open(path, new SqliteMetadataOptions { RetainedChanges = 200 });
        await using var output = Console.OpenStandardOutput();
        var gate = new Lock();
        var run = Guid.NewGuid().ToString("N");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var i = 0; ; i++)
            {
                var id = $"{run}-{writer}-{i}";
                var value = Encoding.UTF8.GetBytes(id + new string('x', 500));
                await store.CommitAsync([
                    new StorePut(new StoreKey(CatalogKind.Client, id), value),
                    new StorePut(new StoreKey(CatalogKind.Executor, id), value),
                ]);
                lock (gate)
                {
                    output.Write(Encoding.UTF8.GetBytes(id + ";\n"));
                    output.Flush();
                }
            }
        }));
    }
}
