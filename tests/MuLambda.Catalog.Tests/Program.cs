using MuLambda.Catalog.Tests.Metadata;

// Only tests start this, as the process that they kill.
if (args is ["write", var path])
{
    await SqliteWriterProcess.RunAsync(path);
    return 0;
}

await Console.Error.WriteLineAsync("usage: write DATABASE");
return 2;
