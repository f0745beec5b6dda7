using MuLambda.Registry;
using MuLambda.Registry.Models.Inspection;

return args is [InspectionProgram.Verb, ..] ? InspectionProgram.Run(args) : await RegistryHost.RunAsync(args);
