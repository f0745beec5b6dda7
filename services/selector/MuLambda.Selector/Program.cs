using MuLambda.Selector;

if (CommandLine.Check(args) is { } mistake)
{
    Console.Error.WriteLine(mistake);
    return 2;
}

await using var app = SelectorApplication.Create(args);
await app.RunAsync();
return 0;
