using Microsoft.Extensions.Options;
using MuLambda.Scaler;
using MuLambda.ServiceDefaults.Configuration;

if (args is ["--help" or "-h", ..])
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}

try
{
    await using var app = ScalerApplication.Create(args);
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is OptionsValidationException or InvalidOperationException or CommandLineException)
{
    Console.Error.WriteLine($"The scaler's options are wrong: {e.Message}");
    return 2;
}
