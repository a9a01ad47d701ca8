import Glibc
import SluiceCLI

exit(CommandLineTool.main())
