using Microsoft.Extensions.Options;
using MuLambda.Selector;

if (CommandLine.Check(args) is { } mistake)
{
    Console.Error.WriteLine(mistake);
    return 2;
}

try
{
    await using var app = SelectorApplication.Create(args);
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is OptionsValidationException or InvalidOperationException)
{
    Console.Error.WriteLine($"The selector's options are wrong: {e.Message}");
    return 2;
}
